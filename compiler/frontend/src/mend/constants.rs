//! Constant expressions that the code generator folds to another value, or not at all.

use crate::arithmetic::{self, C, Operand};
use num_bigint::BigInt;
use num_complex::Complex;
use num_traits::{ToPrimitive, Zero};
use ruff_python_ast::{self as ast, Expr, Number, Operator, UnaryOp};

/// Displays longer than this are not built on the stack.
pub const LONG: usize = 30;

/// Longer strings are not folded.
const LONGEST: usize = 4096;

/// The value of a constant numeric expression.
#[derive(Clone)]
enum Num {
    Int(BigInt),
    Float(f64),
    Complex(C),
}

impl Num {
    fn operand(&self) -> Option<Operand> {
        match self {
            Num::Int(n) => n.to_f64().filter(|x| x.is_finite()).map(Operand::Real),
            Num::Float(x) => Some(Operand::Real(*x)),
            Num::Complex(c) => Some(Operand::Complex(*c)),
        }
    }
}

/// Replaces an operation of constants by its value, if the generator would find another one. What it folds itself must
/// be left to it: the first constant of a function stays among its constants, even folded away.
pub fn mend_operation(expr: &mut Expr) -> bool {
    let Expr::BinOp(operation) = &*expr else { return false };
    let (Some(left), Some(right)) = (number(&operation.left), number(&operation.right)) else { return false };
    let value = match (&left, &right) {
        (Num::Int(a), Num::Int(b)) if operation.op == Operator::Div => match (quotient(a, b), a.to_f64(), b.to_f64()) {
            (Some(value), Some(a), Some(b)) if (a / b).to_bits() != value.to_bits() => Number::Float(value),
            _ => return false,
        },
        (Num::Complex(_), _) | (_, Num::Complex(_)) => {
            let Some((a, b)) = left.operand().zip(right.operand()) else { return false };
            let Some(value) = complex(a, operation.op, b) else { return false };
            if generators(a.complex(), operation.op, b.complex()).is_some_and(|other| same(other, value)) {
                return false;
            }
            Number::Complex { real: value.re, imag: value.im }
        }
        _ => return false,
    };
    *expr = Expr::NumberLiteral(ast::ExprNumberLiteral {
        node_index: operation.node_index.clone(),
        range: operation.range,
        value,
    });
    true
}

fn quotient(a: &BigInt, b: &BigInt) -> Option<f64> {
    if b.is_zero() { None } else { arithmetic::quotient(a, b) }
}

fn same(a: C, b: C) -> bool {
    a.re.to_bits() == b.re.to_bits() && a.im.to_bits() == b.im.to_bits()
}

fn complex(a: Operand, op: Operator, b: Operand) -> Option<C> {
    match op {
        Operator::Add => Some(arithmetic::add(a, b)),
        Operator::Sub => Some(arithmetic::subtract(a, b)),
        Operator::Mult => Some(arithmetic::multiply(a, b)),
        Operator::Div => arithmetic::divide(a, b),
        Operator::Pow => arithmetic::power(a.complex(), b.complex()).ok(),
        _ => None,
    }
}

/// What the generator makes of it, which has no mixed arithmetic; `None` if it leaves the operation alone.
fn generators(a: C, op: Operator, b: C) -> Option<C> {
    let (left, right) = (Complex::new(a.re, a.im), Complex::new(b.re, b.im));
    let zero = Complex::new(0.0, 0.0);
    let value = match op {
        Operator::Add => left + right,
        Operator::Sub if left == zero && right == zero && !right.im.is_sign_negative() => {
            Complex::new(left.re - right.re, -0.0)
        }
        Operator::Sub => left - right,
        Operator::Mult => left * right,
        Operator::Div => left / right,
        Operator::Pow if left == zero && (right.im != 0.0 || right.re < 0.0) => return None,
        Operator::Pow if left == zero => Complex::new(f64::from(u8::from(right.re == 0.0)), 0.0),
        Operator::Pow if right.im == 0.0 && right.re.fract() == 0.0 && right.re.abs() <= f64::from(i32::MAX) => {
            left.powi(right.re as i32)
        }
        Operator::Pow => left.powc(right),
        _ => return None,
    };
    (value.re.is_finite() && value.im.is_finite()).then_some(C { re: value.re, im: value.im })
}

/// The value of an expression of numbers, as far as mends need it.
fn number(expr: &Expr) -> Option<Num> {
    match expr {
        Expr::NumberLiteral(literal) => Some(match &literal.value {
            Number::Int(n) => Num::Int(n.to_string().parse().ok()?),
            Number::Float(x) => Num::Float(*x),
            Number::Complex { real, imag } => Num::Complex(C { re: *real, im: *imag }),
        }),
        Expr::UnaryOp(unary) => match (unary.op, number(&unary.operand)?) {
            (UnaryOp::UAdd, value) => Some(value),
            (UnaryOp::USub, Num::Int(n)) => Some(Num::Int(-n)),
            (UnaryOp::USub, Num::Float(x)) => Some(Num::Float(-x)),
            (UnaryOp::USub, Num::Complex(c)) => Some(Num::Complex(C { re: -c.re, im: -c.im })),
            _ => None,
        },
        Expr::BinOp(operation) => {
            let (left, right) = (number(&operation.left)?, number(&operation.right)?);
            match (&left, operation.op, &right) {
                (Num::Int(a), Operator::Add, Num::Int(b)) => Some(Num::Int(a + b)),
                (Num::Int(a), Operator::Sub, Num::Int(b)) => Some(Num::Int(a - b)),
                (Num::Int(a), Operator::Mult, Num::Int(b)) if a.bits() + b.bits() <= 128 => Some(Num::Int(a * b)),
                (Num::Int(a), Operator::Div, Num::Int(b)) => quotient(a, b).map(Num::Float),
                (Num::Int(_), ..) if matches!(right, Num::Int(_)) => None,
                (Num::Int(_) | Num::Float(_), op, Num::Int(_) | Num::Float(_)) => {
                    let (Operand::Real(a), Operand::Real(b)) = (left.operand()?, right.operand()?) else { return None };
                    match op {
                        Operator::Add => Some(Num::Float(a + b)),
                        Operator::Sub => Some(Num::Float(a - b)),
                        Operator::Mult => Some(Num::Float(a * b)),
                        Operator::Div if b != 0.0 => Some(Num::Float(a / b)),
                        _ => None,
                    }
                }
                (_, op, _) => complex(left.operand()?, op, right.operand()?).map(Num::Complex),
            }
        }
        _ => None,
    }
}

/// Makes a long display of constants, that is only iterated over, a tuple or frozenset.
pub fn mend_iterable(expr: &mut Expr) -> bool {
    let changed = mend_display(expr);
    let Expr::Tuple(tuple) = &*expr else { return changed };
    if tuple.elts.len() <= LONG || !changed && !tuple.elts.iter().all(is_constant) {
        return changed;
    }
    // The generator folds such a tuple but where an iteration follows at once. Taking it out of another,
    // which is folded too, comes between.
    let (node_index, range) = (tuple.node_index.clone(), tuple.range);
    let outer = ast::ExprTuple { elts: vec![expr.clone()], ..tuple.clone() };
    let first = ast::ExprNumberLiteral { node_index: node_index.clone(), range, value: Number::Int(ast::Int::ZERO) };
    *expr = Expr::Subscript(ast::ExprSubscript {
        node_index,
        range,
        value: Box::new(Expr::Tuple(outer)),
        slice: Box::new(Expr::NumberLiteral(first)),
        ctx: ast::ExprContext::Load,
    });
    true
}

/// Makes a long list or set of constants, that is only looked through, a tuple or frozenset.
pub fn mend_display(expr: &mut Expr) -> bool {
    let made = match &mut *expr {
        Expr::List(list) if list.elts.len() > LONG && list.elts.iter().all(is_constant) => {
            Expr::Tuple(ast::ExprTuple {
                node_index: list.node_index.clone(),
                range: list.range,
                elts: std::mem::take(&mut list.elts),
                ctx: ast::ExprContext::Load,
                parenthesized: true,
                runtime_elts: None,
            })
        }
        Expr::Set(set) if set.elts.len() > LONG => {
            let Some(elements) = set.elts.iter().map(literal).collect() else { return false };
            Expr::Constant(ast::ExprConstant {
                node_index: set.node_index.clone(),
                range: set.range,
                value: ast::ConstantValue::Frozenset(elements),
                kind: None,
                invalid_type: None,
            })
        }
        _ => return false,
    };
    *expr = made;
    true
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) => true,
        Expr::NoneLiteral(_) | Expr::BooleanLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_constant),
        _ => number(expr).is_some() || text_length(expr).is_some(),
    }
}

/// How long a constant string is that the generator folds.
fn text_length(expr: &Expr) -> Option<usize> {
    let Expr::BinOp(operation) = expr else {
        let Expr::StringLiteral(literal) = expr else { return None };
        return Some(literal.value.chars().count());
    };
    match operation.op {
        Operator::Add => Some(text_length(&operation.left)? + text_length(&operation.right)?),
        Operator::Mult => {
            let repeated = |text: &Expr, count: &Expr| {
                let Num::Int(count) = number(count)? else { return None };
                count.to_usize()?.checked_mul(text_length(text)?).filter(|length| *length <= LONGEST)
            };
            repeated(&operation.left, &operation.right).or_else(|| repeated(&operation.right, &operation.left))
        }
        _ => None,
    }
}

fn literal(expr: &Expr) -> Option<ast::ConstantValue> {
    use ast::ConstantValue as V;
    Some(match expr {
        // A lone surrogate is in the source only.
        Expr::StringLiteral(literal) if literal.value.to_str().contains(char::REPLACEMENT_CHARACTER) => return None,
        Expr::StringLiteral(literal) => V::Str(literal.value.to_str().into()),
        Expr::BytesLiteral(literal) => V::Bytes(literal.value.bytes().collect()),
        Expr::NoneLiteral(_) => V::None,
        Expr::BooleanLiteral(literal) => V::Boolean(literal.value),
        Expr::EllipsisLiteral(_) => V::Ellipsis,
        Expr::Tuple(tuple) => V::Tuple(tuple.elts.iter().map(literal).collect::<Option<_>>()?),
        _ => match number(expr)? {
            Num::Int(n) => V::Integer(n.to_string().into()),
            Num::Float(x) => V::Float(x),
            Num::Complex(c) => V::Complex { real: c.re, imag: c.im },
        },
    })
}
