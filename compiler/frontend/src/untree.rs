//! Code of a syntax tree that a program made or changed (`compile(tree, ...)`).
//!
//! The tree is written as source that means the same, which is compiled; then what the code says of places and names
//! is turned back into what the tree says: nodes of the tree that the source parses to are matched with those of the
//! given one. Names that no source can have (`@py_assert1`) are written as others.

mod write;

use crate::code::{CodeObject, Constant};
use crate::compile::{self, Mode, Options};
use crate::error::SyntaxError;
use crate::tables::Position;
use crate::tree::{self, Node, Tree};
use rustpython_wtf8::{Wtf8, Wtf8Buf};
use std::collections::HashMap;
use std::sync::Arc;

/// Compiles a tree whose root is of the mode's kind.
pub fn compile(tree: &Tree, filename: &Wtf8, mode: Mode, options: &Options) -> Result<CodeObject, SyntaxError> {
    let depth_of_source = |text: &str| (1 << 20) + text.len() * 64;
    let (source, names) = write::source(tree);
    let (parsed, _) = tree::parse(source.as_bytes(), filename, mode, options)?;
    let code = compile::compile(source.as_bytes(), filename, mode, options)?;
    let mut places = Places { nodes: Vec::new() };
    stacker::maybe_grow(depth_of_source(&source), depth_of_source(&source), || places.match_trees(&parsed, tree));
    places.nodes.sort_by_key(|(from, _)| (from[0], from[1]));
    Ok(Back { places, names }.code(&code))
}

type Span = [u32; 4];

/// Where the nodes of the written source are in the tree.
struct Places {
    nodes: Vec<(Span, Span)>,
}

impl Places {
    fn match_trees(&mut self, written: &Tree, given: &Tree) {
        match (written, given) {
            (Tree::List(written), Tree::List(given)) => {
                written.iter().zip(given).for_each(|(w, g)| self.match_trees(w, g));
            }
            (Tree::Node(written), Tree::Node(given)) => self.match_nodes(written, given),
            _ => {}
        }
    }

    fn match_nodes(&mut self, written: &Node, given: &Node) {
        if let (Some(from), Some(to)) = (written.span, given.span) {
            self.nodes.push((from, to));
        }
        if written.class == given.class {
            written.fields.iter().zip(&given.fields).for_each(|(w, g)| self.match_trees(w, g));
        }
    }

    /// The place of the innermost node around a place in the written source.
    fn find(&self, position: &Position) -> Option<Span> {
        let (line, column) = (position.line?, position.column.unwrap_or(0));
        let (end_line, end_column) = (position.end_line.unwrap_or(line), position.end_column.unwrap_or(column));
        let start = (line as u32, column as u32);
        let end = (end_line as u32, end_column as u32);
        let before = self.nodes.partition_point(|(from, _)| (from[0], from[1]) <= start);
        let around = self.nodes[..before].iter().rev().find(|(from, _)| (from[2], from[3]) >= end);
        around.map(|(_, to)| *to)
    }
}

/// Turns the code of the written source back.
struct Back {
    places: Places,
    names: HashMap<String, String>,
}

impl Back {
    fn code(&self, code: &CodeObject) -> CodeObject {
        let names = |names: &[Arc<str>]| names.iter().map(|name| self.name(name)).collect();
        let firstlineno = self.first_line(code);
        CodeObject {
            consts: code.consts.iter().map(|constant| self.constant(constant, false)).collect(),
            names: names(&code.names),
            localsplusnames: names(&code.localsplusnames),
            name: self.name(&code.name),
            qualname: code
                .qualname
                .split('.')
                .map(|part| self.name(&Arc::from(part)))
                .collect::<Vec<_>>()
                .join(".")
                .into(),
            firstlineno,
            linetable: self.linetable(code, firstlineno).into(),
            ..code.clone()
        }
    }

    fn name(&self, name: &Arc<str>) -> Arc<str> {
        self.names.get(&**name).map_or_else(|| name.clone(), |own| Arc::from(own.as_str()))
    }

    /// Names are also in tuples: those of keyword arguments, of classes' attributes.
    fn constant(&self, constant: &Constant, in_tuple: bool) -> Constant {
        match constant {
            Constant::Code(code) => Constant::Code(Arc::new(self.code(code))),
            Constant::Tuple(items) => Constant::Tuple(items.iter().map(|item| self.constant(item, true)).collect()),
            Constant::Str(text) if in_tuple => match text.as_str().ok().and_then(|text| self.names.get(text)) {
                Some(own) => Constant::Str(Arc::new(Wtf8Buf::from(own.as_str()))),
                None => constant.clone(),
            },
            _ => constant.clone(),
        }
    }

    /// A module begins on line 1; a block where its statement does.
    fn first_line(&self, code: &CodeObject) -> i32 {
        if &*code.name == "<module>" {
            return code.firstlineno;
        }
        let line = Some(code.firstlineno);
        let own = self.places.nodes.iter().find(|(from, _)| Some(from[0] as i32) == line);
        own.map_or(code.firstlineno, |(_, to)| to[0] as i32)
    }

    fn linetable(&self, code: &CodeObject, firstlineno: i32) -> Vec<u8> {
        let mut table = Vec::with_capacity(code.linetable.len());
        let mut line = firstlineno;
        for position in code.positions() {
            let units = ((position.end - position.start) / 2).clamp(1, 8) as u8 - 1;
            let at_start = position.line.is_some_and(|line| line < 1) || position.column.is_none();
            if position.line == Some(code.firstlineno) && position.end_column == Some(0) {
                // Where the block begins.
                table.push(0x80 | 14 << 3 | units);
                signed(&mut table, firstlineno - line);
                line = firstlineno;
                [0, 1, 1].into_iter().for_each(|number| unsigned(&mut table, number));
                continue;
            }
            match self.places.find(&position).filter(|_| !at_start) {
                Some(span) => {
                    table.push(0x80 | 14 << 3 | units);
                    signed(&mut table, span[0] as i32 - line);
                    line = span[0] as i32;
                    unsigned(&mut table, span[2].saturating_sub(span[0]));
                    unsigned(&mut table, span[1] + 1);
                    unsigned(&mut table, span[3] + 1);
                }
                None if position.line.is_some() && at_start => {
                    table.push(0x80 | 13 << 3 | units);
                    let to = position.line.filter(|line| *line < 1).unwrap_or(firstlineno);
                    signed(&mut table, to - line);
                    line = to;
                }
                None => table.push(0x80 | 15 << 3 | units),
            }
        }
        table
    }
}

fn unsigned(table: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        table.push(value as u8 & 63 | 64);
        value >>= 6;
    }
    table.push(value as u8);
}

fn signed(table: &mut Vec<u8>, value: i32) {
    unsigned(table, value.unsigned_abs() << 1 | u32::from(value < 0));
}
