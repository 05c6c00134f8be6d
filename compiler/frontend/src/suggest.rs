//! "Did you mean": the name closest to a wrong one.

/// All keywords.
pub const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

const MAX_CANDIDATES: usize = 750;
const MAX_LENGTH: usize = 40;
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

/// The candidate that a mistyped name probably stands for.
pub fn closest(name: &str, candidates: &[String]) -> Option<String> {
    if candidates.len() >= MAX_CANDIDATES || name.len() > MAX_LENGTH {
        return None;
    }
    let mut best = usize::MAX;
    let mut found = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        // At most a third of the characters may need a change.
        let limit = (name.len() + candidate.len() + 3) * MOVE_COST / 6;
        let limit = limit.min(best.saturating_sub(1));
        let distance = edit_distance(name.as_bytes(), candidate.as_bytes(), limit);
        if distance > limit {
            continue;
        }
        if found.is_none() || distance < best {
            found = Some(candidate.clone());
            best = distance;
        }
    }
    found
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// Levenshtein's distance with cheap changes of case; more than `limit` is all the same.
fn edit_distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (mut a, mut b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (i, y) in b.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        result = diagonal;
        let mut smallest = usize::MAX;
        for (j, x) in a.iter().enumerate() {
            let replaced = diagonal + substitution(*y, *x);
            diagonal = row[j];
            result = replaced.min(result.min(diagonal) + MOVE_COST);
            row[j] = result;
            smallest = smallest.min(result);
        }
        if smallest > limit {
            return limit + 1;
        }
    }
    result
}
