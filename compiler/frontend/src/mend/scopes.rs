//! Variables of comprehensions in a module's own code that also are names some function declares `global`.
//!
//! The code generator takes them for the global. Marked, they are names of their own.

use super::marked;
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use std::cell::Cell;
use std::collections::HashSet;

type Names = HashSet<String>;

/// Marks those variables; whether there are any.
pub fn mend(body: &mut [Stmt]) -> bool {
    let mut globals = Globals(Names::new());
    globals.visit_body(body);
    if globals.0.is_empty() {
        return false;
    }
    let module = Module { globals: globals.0, changed: Cell::new(false) };
    module.visit_body(body);
    module.changed.get()
}

/// Every name that is declared `global` anywhere.
struct Globals(Names);

impl<'a> Visitor<'a> for Globals {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Global(global) = stmt {
            self.0.extend(global.names.iter().map(|name| name.to_string()));
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Walks what runs in the module's own frame, and so has its comprehensions inlined there.
struct Module {
    globals: Names,
    changed: Cell<bool>,
}

impl Module {
    fn comprehension(&self, generators: &mut [ast::Comprehension], elements: &mut [&mut Expr]) {
        let mut bound = Bound(Names::new());
        generators.iter().for_each(|generator| bound.visit_expr(&generator.target));
        let names: Names = bound.0.intersection(&self.globals).cloned().collect();
        if names.is_empty() {
            return;
        }
        self.changed.set(true);
        let marker = Marker { names };
        elements.iter_mut().for_each(|element| marker.visit_expr(element));
        for (generator, index) in generators.iter_mut().zip(0..) {
            marker.visit_expr(&mut generator.target);
            generator.ifs.iter_mut().for_each(|test| marker.visit_expr(test));
            // The first iterable is evaluated outside.
            if index > 0 {
                marker.visit_expr(&mut generator.iter);
            }
        }
    }
}

impl Transformer for Module {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                function.decorator_list.iter_mut().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_parameters(&mut function.parameters);
            }
            Stmt::ClassDef(class) => {
                class.decorator_list.iter_mut().for_each(|decorator| self.visit_decorator(decorator));
                if let Some(arguments) = &mut class.arguments {
                    self.visit_arguments(arguments);
                }
            }
            Stmt::TypeAlias(_) => {}
            _ => transformer::walk_stmt(self, stmt),
        }
    }

    fn visit_annotation(&self, _: &mut Expr) {}

    fn visit_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &mut lambda.parameters {
                    self.visit_parameters(parameters);
                }
            }
            Expr::Generator(generator) => {
                if let Some(first) = generator.generators.first_mut() {
                    self.visit_expr(&mut first.iter);
                }
            }
            Expr::ListComp(list) => {
                self.comprehension(&mut list.generators, &mut [&mut list.elt]);
                transformer::walk_expr(self, expr);
            }
            Expr::SetComp(set) => {
                self.comprehension(&mut set.generators, &mut [&mut set.elt]);
                transformer::walk_expr(self, expr);
            }
            Expr::DictComp(dict) => {
                let mut elements: Vec<&mut Expr> = dict.key.iter_mut().map(|key| &mut **key).collect();
                elements.push(&mut dict.value);
                self.comprehension(&mut dict.generators, &mut elements);
                transformer::walk_expr(self, expr);
            }
            _ => transformer::walk_expr(self, expr),
        }
    }
}

/// The names that a target binds.
struct Bound(Names);

impl<'a> Visitor<'a> for Bound {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ast::ExprContext::Store => {
                self.0.insert(name.id.to_string());
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// Marks names, but for parameters of lambdas.
struct Marker {
    names: Names,
}

impl Transformer for Marker {
    fn visit_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Name(name) if self.names.contains(name.id.as_str()) => name.id = marked(&name.id),
            Expr::Lambda(lambda) => {
                let mut names = self.names.clone();
                if let Some(parameters) = &mut lambda.parameters {
                    self.visit_parameters(parameters);
                    parameters.iter().for_each(|parameter| {
                        names.remove(parameter.name().as_str());
                    });
                }
                Marker { names }.visit_expr(&mut lambda.body);
            }
            _ => transformer::walk_expr(self, expr),
        }
    }
}
