//! Summaries of samples, and their forms: a Markdown table, JSON, an SVG bar chart, a table for terminals.

use super::measure::Sample;
use serde::Serialize;

/// The engine that others are compared with, where it is there.
pub const BASE: &str = "cpython";

/// All that was measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The engines, in the order of the columns.
    pub engines: Vec<String>,
    /// The one that the others are compared with, if any.
    pub base: Option<String>,
    /// The programs.
    pub programs: Vec<Program>,
}

/// One program under every engine.
#[derive(Debug, Serialize)]
pub struct Program {
    /// The file's name without `.py`.
    pub name: String,
    /// One cell for each engine.
    pub cells: Vec<Cell>,
}

/// One program under one engine.
#[derive(Debug, Default, Serialize)]
pub struct Cell {
    /// Every run.
    pub samples: Vec<Sample>,
    /// Why there are no (more) runs.
    pub failure: Option<String>,
}

/// The least, the middle and the greatest of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The middle one, or the mean of the middle two.
    pub median: f64,
    /// The greatest.
    pub max: f64,
}

/// The spread of `values`; nothing when there are none.
pub fn spread(values: impl Iterator<Item = f64>) -> Option<Spread> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (min, max) = (*values.first()?, *values.last()?);
    let middle = values.len() / 2;
    let median = if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
    Some(Spread { min, median, max })
}

/// The geometric mean of `values`; nothing when there are none.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    Some((values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp())
}

impl Cell {
    fn good(&self) -> impl Iterator<Item = &Sample> {
        let keep = self.failure.is_none();
        self.samples.iter().filter(move |_| keep)
    }

    /// Seconds on the clock.
    pub fn wall(&self) -> Option<Spread> {
        spread(self.good().map(|sample| sample.wall))
    }

    /// Seconds of processor time.
    pub fn cpu(&self) -> Option<Spread> {
        spread(self.good().map(|sample| sample.cpu))
    }

    /// Peak memory, MiB.
    pub fn peak(&self) -> Option<Spread> {
        spread(self.good().map(|sample| sample.peak_kib as f64 / 1024.0))
    }
}

impl Report {
    fn base(&self) -> Option<usize> {
        self.engines.iter().position(|name| self.base.as_ref() == Some(name))
    }

    /// How many times as fast as the base each engine ran each program, by medians of `metric`.
    fn speedups(&self, metric: impl Fn(&Cell) -> Option<Spread>) -> Vec<Vec<Option<f64>>> {
        let base = self.base();
        self.programs
            .iter()
            .map(|program| {
                let reference = base.and_then(|at| metric(&program.cells[at]));
                let ratio = |cell: &Cell| Some(reference?.median / metric(cell)?.median);
                program.cells.iter().map(ratio).collect()
            })
            .collect()
    }

    fn means(&self, metric: impl Fn(&Cell) -> Option<Spread>) -> Vec<(Option<f64>, usize)> {
        let speedups = self.speedups(metric);
        (0..self.engines.len())
            .map(|engine| {
                let column: Vec<f64> = speedups.iter().filter_map(|row| row[engine]).collect();
                (geometric_mean(&column), column.len())
            })
            .collect()
    }

    /// The report as Markdown: times, processor time and memory, and how they compare.
    pub fn markdown(&self) -> String {
        let mut text = String::from("## Wall time\n\nMedian seconds (min to max)");
        let base =
            if self.base.as_deref() == Some(BASE) { "CPython" } else { self.base.as_deref().unwrap_or_default() };
        if self.base().is_some() {
            text.push_str(&format!("; **times as fast as {base}**"));
        }
        text.push_str(".\n\n");
        self.table(&mut text, Cell::wall, true);
        text.push_str("\n## Processor time\n\nMedian seconds, user and system.\n\n");
        self.table(&mut text, Cell::cpu, false);
        text.push_str("\n## Peak memory\n\nMedian MiB resident");
        if self.base().is_some() {
            text.push_str(&format!("; **times less than {base}**"));
        }
        text.push_str(".\n\n");
        self.table(&mut text, Cell::peak, false);
        let failures: Vec<String> = self
            .programs
            .iter()
            .flat_map(|program| {
                program.cells.iter().zip(&self.engines).map(move |(cell, engine)| (program, cell, engine))
            })
            .filter_map(|(program, cell, engine)| {
                Some(format!("* {} {engine}: {}", program.name, cell.failure.as_ref()?))
            })
            .collect();
        if !failures.is_empty() {
            text.push_str("\n## Failures\n\n");
            text.push_str(&failures.join("\n"));
            text.push('\n');
        }
        text
    }

    fn table(&self, text: &mut String, metric: impl Fn(&Cell) -> Option<Spread> + Copy, range: bool) {
        let mut row = |cells: Vec<String>| {
            text.push_str("| ");
            text.push_str(&cells.join(" | "));
            text.push_str(" |\n");
        };
        row(std::iter::once("program".to_owned()).chain(self.engines.iter().cloned()).collect());
        row(std::iter::once("---".to_owned()).chain(self.engines.iter().map(|_| "---:".to_owned())).collect());
        for (program, speedups) in self.programs.iter().zip(self.speedups(metric)) {
            let mut cells = vec![program.name.clone()];
            for ((cell, speedup), engine) in program.cells.iter().zip(speedups).zip(&self.engines) {
                let mut shown = match metric(cell) {
                    None => "failed".to_owned(),
                    Some(Spread { min, median, max }) if range => format!("{median:.3} ({min:.3}–{max:.3})"),
                    Some(Spread { median, .. }) => format!("{median:.2}"),
                };
                if let Some(speedup) = speedup.filter(|_| Some(engine) != self.base.as_ref()) {
                    shown.push_str(&format!(" **{speedup:.2}×**"));
                }
                cells.push(shown);
            }
            row(cells);
        }
        let mut cells = vec!["geometric mean".to_owned()];
        for (mean, count) in self.means(metric) {
            cells.push(mean.map_or("–".to_owned(), |mean| format!("**{mean:.2}×** of {count}")));
        }
        row(cells);
    }

    /// One program's results for a terminal: a line for each engine.
    pub fn lines(&self, program: &Program) -> String {
        const HEADINGS: [&str; 7] = ["", "min", "median", "max", "ratio", "peak", "output"];
        let reference = self.base().and_then(|at| program.cells[at].wall());
        let mut rows: Vec<Vec<String>> = vec![HEADINGS.map(str::to_string).to_vec()];
        for (cell, engine) in program.cells.iter().zip(&self.engines) {
            let (Some(wall), Some(peak)) = (cell.wall(), cell.peak()) else {
                let why = cell.failure.clone().unwrap_or_else(|| "no runs".to_string());
                rows.push(vec![engine.clone(), why]);
                continue;
            };
            let time = |seconds: f64| format!("{seconds:.3} s");
            let ratio = reference.map_or("-".to_string(), |base| format!("{:.2}x", base.median / wall.median));
            let output = if self.base.as_ref() == Some(engine) { "reference" } else { "the same" };
            let mut row = vec![engine.clone(), time(wall.min), time(wall.median), time(wall.max), ratio];
            row.extend([format!("{:.1} MiB", peak.median), output.to_string()]);
            rows.push(row);
        }
        let width = |column: usize| {
            let full = rows.iter().filter(|row| row.len() == HEADINGS.len());
            full.map(|row| row[column].chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
        let first = rows.iter().map(|row| row[0].chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for row in &rows {
            let mut line = format!("{:<first$}", row[0]);
            if row.len() < HEADINGS.len() {
                line += &format!("  failed: {}", row[1]);
            } else {
                for (cell, width) in row.iter().zip(&widths).skip(1) {
                    line += &format!("  {cell:>width$}");
                }
            }
            text += line.trim_end();
            text.push('\n');
        }
        if let Some(base) = &self.base {
            text += &format!("ratio: times as fast as {base}, by medians of wall time\n");
        }
        text
    }

    /// A bar chart of the speed against the base, on a logarithmic scale.
    pub fn svg(&self) -> String {
        const COLOURS: [&str; 4] = ["#0b7285", "#66d9e8", "#868e96", "#e8590c"];
        const LEFT: f64 = 150.0;
        const WIDTH: f64 = 560.0;
        const BAR: f64 = 9.0;
        let speedups = self.speedups(Cell::wall);
        let base = self.base();
        let shown: Vec<usize> = (0..self.engines.len()).filter(|&engine| Some(engine) != base).collect();
        let most = speedups.iter().flatten().flatten().fold(2.0_f64, |most, &value| most.max(value));
        let least = speedups.iter().flatten().flatten().fold(0.5_f64, |least, &value| least.min(value));
        let x = |value: f64| LEFT + WIDTH * (value / least).ln() / (most / least).ln();
        let group = BAR * shown.len() as f64 + 8.0;
        let mut rows: Vec<(String, Vec<Option<f64>>)> =
            self.programs.iter().map(|program| escape(&program.name)).zip(speedups.iter().cloned()).collect();
        rows.push(("geometric mean".to_owned(), self.means(Cell::wall).into_iter().map(|(mean, _)| mean).collect()));
        let height = 50.0 + group * rows.len() as f64;
        let mut body = String::new();
        let mut tick = 2.0_f64.powf(least.log2().ceil());
        while tick <= most {
            let at = x(tick);
            body.push_str(&format!(
                "<line x1=\"{at:.1}\" y1=\"40\" x2=\"{at:.1}\" y2=\"{:.1}\" stroke=\"{}\"/>\n<text x=\"{at:.1}\" y=\"34\" text-anchor=\"middle\">{tick}×</text>\n",
                height - 6.0,
                if tick == 1.0 { "#343a40" } else { "#dee2e6" },
            ));
            tick *= 2.0;
        }
        for (place, &engine) in shown.iter().enumerate() {
            let at = LEFT + 110.0 * place as f64;
            let colour = COLOURS[engine % COLOURS.len()];
            let name = escape(&self.engines[engine]);
            body.push_str(&format!(
                "<rect x=\"{at}\" y=\"6\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\n<text x=\"{:.1}\" y=\"15\">{name}</text>\n",
                at + 14.0
            ));
        }
        for (index, (name, values)) in rows.iter().enumerate() {
            let top = 44.0 + group * index as f64;
            let middle = top + group / 2.0;
            body.push_str(&format!(
                "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\">{name}</text>\n",
                LEFT - 8.0
            ));
            for (place, &engine) in shown.iter().enumerate() {
                let Some(value) = values[engine] else { continue };
                let (from, to) = (x(value.min(1.0)), x(value.max(1.0)));
                let y = top + BAR * place as f64;
                let colour = COLOURS[engine % COLOURS.len()];
                body.push_str(&format!(
                    "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{}\" fill=\"{colour}\"><title>{name}: {value:.2}×</title></rect>\n",
                    (to - from).max(1.0),
                    BAR - 1.0
                ));
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0}\" height=\"{height:.0}\" font-family=\"sans-serif\" font-size=\"11\">\n<title>Speed against {} (longer is faster)</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{body}</svg>\n",
            LEFT + WIDTH + 40.0,
            escape(self.base.as_deref().unwrap_or_default())
        )
    }
}

/// Text for XML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(walls: &[f64]) -> Cell {
        let samples = walls.iter().map(|&wall| Sample { wall, cpu: wall, peak_kib: 2048 }).collect();
        Cell { samples, failure: None }
    }

    fn report() -> Report {
        let programs = vec![
            Program { name: "a".into(), cells: vec![cell(&[1.0, 3.0, 2.0]), cell(&[8.0])] },
            Program { name: "b".into(), cells: vec![cell(&[2.0, 4.0]), cell(&[3.0])] },
        ];
        Report { engines: vec!["compiled".into(), BASE.into()], base: Some(BASE.into()), programs }
    }

    #[test]
    fn medians() {
        assert_eq!(spread([3.0, 1.0, 2.0].into_iter()), Some(Spread { min: 1.0, median: 2.0, max: 3.0 }));
        assert_eq!(spread([4.0, 2.0].into_iter()).map(|spread| spread.median), Some(3.0));
        assert_eq!(spread(std::iter::empty()), None);
        assert_eq!(geometric_mean(&[]), None);
    }

    #[test]
    fn ratios_are_of_medians() {
        let report = report();
        let means = report.means(Cell::wall);
        assert_eq!(means[0], (Some(2.0), 2));
        assert!(report.markdown().contains("| a | 2.000 (1.000–3.000) **4.00×** | 8.000 (8.000–8.000) |"));
        assert!(report.svg().contains("a: 4.00×"));
    }

    #[test]
    fn lines_of_one_program() {
        let report = report();
        let text = report.lines(&report.programs[0]);
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            words[1],
            ["compiled", "1.000", "s", "2.000", "s", "3.000", "s", "4.00x", "2.0", "MiB", "the", "same"]
        );
        assert_eq!(words[2][7..], ["1.00x", "2.0", "MiB", "reference"]);
    }

    #[test]
    fn failures_count_nowhere() {
        let mut report = report();
        report.programs[0].cells[0].failure = Some("wrong".into());
        assert_eq!(report.means(Cell::wall)[0], (Some(1.0), 1));
        assert!(report.markdown().contains("* a compiled: wrong"));
    }
}
