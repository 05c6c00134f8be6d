//! Holds the opcode table against what CPython printed (see `opcode_facts.py`).

use taipan_abi::opcode::*;

const FACTS: &str = include_str!("opcode_facts.txt");
const OPARGS: [u32; 7] = [0, 1, 2, 3, 5, 8, 0x101];

fn kinds(info: &OpInfo) -> String {
    let operand = match info.operand {
        Operand::Unused => return "-".to_owned(),
        Operand::Const => "arg,const",
        Operand::Name | Operand::NameBit | Operand::NameTwoBits => "arg,name",
        // CPython counts this one among the locals, its siblings among the free variables.
        Operand::Deref if info.op == Opcode::LOAD_DEREF => "arg,local",
        Operand::Local | Operand::LocalPair => "arg,local",
        Operand::Deref => "arg,free",
        Operand::Jump => "arg,jump",
        Operand::Compare => "arg,compare",
        _ => "arg",
    };
    operand.to_owned()
}

#[test]
fn every_opcode_is_as_cpython_has_it() {
    let mut seen = 0;
    for line in FACTS.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if fields[0] != "op" {
            continue;
        }
        let info = Opcode::from_u8(fields[2].parse().unwrap()).expect(line).info();
        assert_eq!(info.name, fields[1]);
        assert_eq!(kinds(info), fields[3], "{line}");
        assert_eq!(info.caches.to_string(), fields[4], "{line}");
        for (oparg, effect) in OPARGS.iter().zip(&fields[5..]) {
            // CPython counts the value that RETURN_VALUE leaves to the caller as pushed.
            let extra = i64::from(info.op == Opcode::RETURN_VALUE);
            let ours = i64::from(info.pushes(*oparg)) - i64::from(info.pops(*oparg)) + extra;
            assert_eq!(ours.to_string(), *effect, "{line} for {oparg}");
        }
        assert!(info.jump == Jump::None || info.operand == Operand::Jump, "{line}");
        seen += 1;
    }
    assert_eq!(seen, TABLE.len());
}

#[test]
fn every_specialised_opcode_has_its_base() {
    let mut bases: Vec<Option<Opcode>> = (0..=255).map(Opcode::from_u8).collect();
    for line in FACTS.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if fields[0] == "special" {
            let number: usize = fields[2].parse().unwrap();
            assert_eq!(bases[number], None, "{line}");
            bases[number] = TABLE.iter().map(|info| info.op).find(|op| op.name() == fields[3]);
            assert!(bases[number].is_some(), "{line}");
        }
    }
    for (number, base) in bases.iter().enumerate() {
        assert_eq!(deopt(number as u8), *base, "{number}");
    }
}

#[test]
fn opargs_have_cpythons_names() {
    let of = |kind: &str| -> Vec<Vec<&str>> {
        FACTS.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|f| f[0] == kind).collect()
    };
    macro_rules! check {
        ($kind:literal, $all:expr, $fields:expr) => {
            let facts = of($kind);
            assert_eq!(facts.len(), $all.len());
            for (fact, one) in facts.iter().zip($all) {
                let fields: Vec<&str> = $fields(*one);
                assert_eq!(fact[1..], fields[..]);
            }
        };
    }
    check!("binary", BinaryOp::ALL, |op: BinaryOp| vec![op.name(), op.text()]);
    check!("intrinsic1", Intrinsic1::ALL, |op: Intrinsic1| vec![op.name()]);
    check!("intrinsic2", Intrinsic2::ALL, |op: Intrinsic2| vec![op.name()]);
    check!("compare", CompareOp::ALL, |op: CompareOp| vec![op.text()]);
    check!("method", SpecialMethod::ALL, |op: SpecialMethod| vec![op.text()]);
    check!("common", CommonConstant::ALL, |op: CommonConstant| vec![
        op.text().trim_start_matches("<built-in function ").trim_end_matches('>')
    ]);
}
