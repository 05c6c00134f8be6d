//! Inline caches: what an instruction found the last time, and under what condition it holds.
//!
//! Shared with compiled code, whose sites have the same record in writable data.

use super::stubs::{self, Use};
use crate::errors::R;
use crate::names;
use crate::object::class::{self, slots_of};
use crate::object::define::METHOD_LIKE;
use crate::object::shape::{self, Storage};
use crate::object::{Ref, attr};
use crate::types::dict::{Dict, GlobalCell};
use crate::types::module::Module;
use crate::types::native::MemberDescriptor;
use crate::types::object::OBJECT;
use crate::types::property::{self, Property};
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::opcode::Opcode;

/// What a filled cache holds.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Empty = 0,
    /// The attribute is in word `word` of objects of shape `key`.
    Word = 1,
    /// `data` is a function of the class of objects of shape `key`, which have no attribute of that name.
    Method = 2,
    /// `data` is a plain value of the class of objects of shape `key`.
    ClassValue = 3,
    /// `data` is the cell of the name in the module at address `key`.
    ModuleCell = 4,
    /// `data` is what the class object at address `key` has.
    TypeValue = 5,
    /// Storing adds the attribute: word `word`, the object's shape becomes `data`.
    Add = 6,
    /// Globals at address `key`: the cells of the name in the module (`data`) and in builtins (`epoch`).
    Global = 7,
    /// Not worth caching; `word` counts down to another try.
    Cold = 8,
    /// `data` is a property of the class of objects of shape `key`.
    Property = 9,
}

/// One cache.
#[repr(C)]
pub struct Cache {
    /// Shape id, or an address.
    pub key: Cell<u64>,
    /// The class epoch under which it holds.
    pub epoch: Cell<u64>,
    pub data: Cell<u64>,
    pub kind: Cell<Kind>,
    pub word: Cell<u32>,
    /// For compiled code: epoch and shape in one word, 0 unless the attribute is in a word of the object, or the cache
    /// is a call's and holds a method.
    quick: Cell<u64>,
    offset: Cell<u32>,
    shape_after: Cell<u32>,
}

const _: () = {
    use taipan_abi::layout;
    assert!(size_of::<Cache>() == layout::CACHE_SIZE as usize);
    assert!(std::mem::offset_of!(Cache, quick) == layout::CACHE_QUICK as usize);
    assert!(std::mem::offset_of!(Cache, offset) == layout::CACHE_OFFSET as usize);
    assert!(std::mem::offset_of!(Cache, shape_after) == layout::CACHE_SHAPE_AFTER as usize);
};

impl Default for Cache {
    fn default() -> Cache {
        Cache::new()
    }
}

impl Cache {
    pub const fn new() -> Cache {
        Cache {
            key: Cell::new(u64::MAX),
            epoch: Cell::new(0),
            data: Cell::new(0),
            kind: Cell::new(Kind::Empty),
            word: Cell::new(0),
            quick: Cell::new(0),
            offset: Cell::new(0),
            shape_after: Cell::new(0),
        }
    }

    /// Instructions that have one.
    pub fn useful(op: Opcode) -> bool {
        matches!(op, Opcode::LOAD_ATTR | Opcode::STORE_ATTR | Opcode::LOAD_GLOBAL | Opcode::LOAD_NAME)
    }

    pub fn copy_from(&self, other: &Cache) {
        self.key.set(other.key.get());
        self.epoch.set(other.epoch.get());
        self.data.set(other.data.get());
        self.kind.set(other.kind.get());
        self.word.set(other.word.get());
        self.quick.set(other.quick.get());
        self.offset.set(other.offset.get());
        self.shape_after.set(other.shape_after.get());
    }

    fn fill(&self, kind: Kind, key: u64, data: u64, word: u32) {
        self.key.set(key);
        self.epoch.set(class::epoch());
        self.data.set(data);
        self.kind.set(kind);
        self.word.set(word);
        let quick = matches!(kind, Kind::Word | Kind::Method | Kind::Add);
        self.quick.set(if quick { class::epoch() | key } else { 0 });
        self.offset.set(word * 8);
        self.shape_after.set(if kind == Kind::Add { data as u32 } else { key as u32 });
    }

    /// Stores as the cache says, which holds for the object; false if it does not say how.
    #[inline(always)]
    fn store(&self, object: Value, value: Value) -> bool {
        let kind = self.kind.get();
        if kind != Kind::Word && kind != Kind::Add {
            return false;
        }
        // SAFETY: the shape (now or after the store) has the attribute in this word.
        unsafe {
            let slot = object.as_ptr::<u64>().add(self.word.get() as usize);
            *slot = value.bits();
            crate::gc::write_barrier(object.as_ptr(), slot);
        }
        if let (Kind::Add, Some(header)) = (kind, object.header()) {
            header.set_shape(self.data.get() as u32);
        }
        true
    }

    /// A call's site looks for methods only.
    fn fill_word(&self, shape: u32, word: usize, for_call: bool) {
        self.fill(Kind::Word, shape as u64, 0, word as u32);
        if for_call {
            self.quick.set(0);
        }
    }

    /// The value in the cell that `data` names.
    #[inline(always)]
    fn cell(&self, word: u64) -> Option<Value> {
        // SAFETY: caches of cell kinds hold addresses of cells, which live as long as their namespace.
        unsafe { (*(word as *const GlobalCell)).value.get() }
    }
}

/// `LOAD_ATTR` for a value: the attribute.
#[inline(always)]
pub fn load_attr(object: Value, name: Ref<Str>, cache: &Cache) -> R {
    if let Some(header) = object.header() {
        let shape = header.shape() as u64;
        if cache.key.get() == shape && cache.epoch.get() == class::epoch() {
            match cache.kind.get() {
                Kind::Word => {
                    // SAFETY: the shape has the attribute in this word.
                    if let Some(value) =
                        unsafe { Value::from_slot(*object.as_ptr::<u64>().add(cache.word.get() as usize)) }
                    {
                        return Ok(value);
                    }
                }
                Kind::ClassValue => {
                    // SAFETY: filled with a value.
                    return Ok(unsafe { Value::from_bits(cache.data.get()) });
                }
                // SAFETY: filled with a value.
                Kind::Property => return property::get(unsafe { Value::from_bits(cache.data.get()) }, object),
                _ => {}
            }
        } else if cache.key.get() == object.bits() {
            match cache.kind.get() {
                Kind::ModuleCell => {
                    if let Some(value) = cache.cell(cache.data.get()) {
                        return Ok(value);
                    }
                }
                Kind::TypeValue if cache.epoch.get() == class::epoch() => {
                    // SAFETY: filled with a value.
                    return Ok(unsafe { Value::from_bits(cache.data.get()) });
                }
                _ => {}
            }
        }
    }
    load_attr_slow(object, name, cache)
}

#[inline(never)]
fn load_attr_slow(object: Value, name: Ref<Str>, cache: &Cache) -> R {
    if let Some(stub) = stubs::find(object, name, Use::Load, cache) {
        match stub.kind.get() {
            Kind::Word => {
                // SAFETY: the shape has the attribute in this word.
                let word = unsafe { *object.as_ptr::<u64>().add(stub.word.get() as usize) };
                // SAFETY: a value or 0.
                if let Some(value) = unsafe { Value::from_slot(word) } {
                    return Ok(value);
                }
            }
            // SAFETY: filled with a value.
            Kind::ClassValue => return Ok(unsafe { Value::from_bits(stub.data.get()) }),
            // SAFETY: filled with a value.
            Kind::Property => return property::get(unsafe { Value::from_bits(stub.data.get()) }, object),
            _ => {}
        }
    }
    let value = attr::getattr(object, name)?;
    fill_load(object, name, cache, false);
    stubs::keep(object.shape(), name, Use::Load, cache);
    Ok(value)
}

/// `LOAD_ATTR` for a call: the function and its self, or a callable alone.
#[inline(always)]
pub fn load_method(object: Value, name: Ref<Str>, cache: &Cache) -> R<(Value, Option<Value>)> {
    if let Some(header) = object.header() {
        let shape = header.shape() as u64;
        if cache.key.get() == shape && cache.kind.get() == Kind::Method && cache.epoch.get() == class::epoch() {
            // SAFETY: filled with a value.
            return Ok((unsafe { Value::from_bits(cache.data.get()) }, Some(object)));
        }
        if cache.key.get() == object.bits() {
            match cache.kind.get() {
                Kind::ModuleCell => {
                    if let Some(value) = cache.cell(cache.data.get()) {
                        return Ok((value, None));
                    }
                }
                Kind::TypeValue if cache.epoch.get() == class::epoch() => {
                    // SAFETY: filled with a value.
                    return Ok((unsafe { Value::from_bits(cache.data.get()) }, None));
                }
                _ => {}
            }
        }
    }
    load_method_slow(object, name, cache)
}

#[inline(never)]
fn load_method_slow(object: Value, name: Ref<Str>, cache: &Cache) -> R<(Value, Option<Value>)> {
    if let Some(stub) = stubs::find(object, name, Use::Call, cache) {
        if stub.kind.get() == Kind::Method {
            // SAFETY: filled with a value.
            return Ok((unsafe { Value::from_bits(stub.data.get()) }, Some(object)));
        }
    }
    let result = attr::load_method(object, name)?;
    fill_load(object, name, cache, true);
    stubs::keep(object.shape(), name, Use::Call, cache);
    Ok(result)
}

/// Remembers how an attribute was found, if that can hold again. Runs no Python code.
fn fill_load(object: Value, name: Ref<Str>, cache: &Cache, for_call: bool) {
    let Some(header) = object.header() else { return };
    let shape = header.shape();
    let class = object.class();
    let getattr = class.slots().getattr;
    let is_generic = getattr.is_none_or(|f| std::ptr::fn_addr_eq(f, attr::generic_getattr as fn(Value, Ref<Str>) -> R));
    if let Some(module) = object.exact::<Module>() {
        let shadowed = class.lookup(name).is_some_and(|d| slots_of(d).descr_set.is_some());
        if !shadowed && module.dict().get_str(name).is_some() {
            if let Some(cell) = module.dict().cell(name) {
                cache.fill(Kind::ModuleCell, object.bits(), cell.as_ptr() as u64, 0);
            }
        }
        return;
    }
    if object.exact_type().is_some() {
        let is_type_getattr =
            getattr.is_some_and(|f| std::ptr::fn_addr_eq(f, attr::type_getattr as fn(Value, Ref<Str>) -> R));
        // A data descriptor of the metaclass comes before what the class has.
        if !is_type_getattr || class.lookup(name).is_some_and(|d| slots_of(d).descr_set.is_some()) {
            return;
        }
        if let Some(found) = object.exact_type().and_then(|c| c.lookup(name)) {
            let get = slots_of(found).descr_get;
            // Functions and the like give themselves when fetched from a class.
            let may_cache = || object.exact_type().is_some_and(|class| class.may_cache_value(name));
            if (get.is_none() || found.class().has_flag(METHOD_LIKE)) && may_cache() {
                cache.fill(Kind::TypeValue, object.bits(), found.bits(), 0);
            }
        }
        return;
    }
    if !is_generic {
        return;
    }
    let info = shape::info(shape);
    let found = class.lookup(name);
    if let Some(found) = found {
        let slots = slots_of(found);
        if let Some(member) = found.exact::<MemberDescriptor>() {
            if let Some(word) = member.word() {
                cache.fill_word(shape, word as usize, for_call);
            }
            return;
        }
        if slots.descr_set.is_some() {
            if !for_call && found.exact::<Property>().is_some() {
                cache.fill(Kind::Property, shape as u64, found.bits(), 0);
            } else if !for_call && is_class_of_object(name, found) {
                cache.fill(Kind::ClassValue, shape as u64, class.value().bits(), 0);
            }
            return;
        }
        if info.storage == Storage::Dict || (info.storage == Storage::Inline && info.find(name).is_some()) {
            // The instance's own attribute comes first.
        } else if found.class().has_flag(METHOD_LIKE) {
            if for_call {
                cache.fill(Kind::Method, shape as u64, found.bits(), 0);
            }
            return;
        } else if slots.descr_get.is_none() {
            if !for_call && class.may_cache_value(name) {
                cache.fill(Kind::ClassValue, shape as u64, found.bits(), 0);
            }
            return;
        } else {
            return;
        }
    }
    if info.storage == Storage::Inline {
        if let Some(word) = info.find(name) {
            cache.fill_word(shape, word, for_call);
        }
    }
}

/// Whether this is `object.__class__`, whose value the shape tells.
fn is_class_of_object(name: Ref<Str>, found: Value) -> bool {
    name == names::get(names::__class__) && OBJECT.class().lookup(name).is_some_and(|own| own.is(found))
}

/// `STORE_ATTR`.
#[inline(always)]
pub fn store_attr(object: Value, name: Ref<Str>, value: Value, cache: &Cache) -> R<()> {
    if let Some(header) = object.header() {
        if cache.key.get() == header.shape() as u64 && cache.epoch.get() == class::epoch() && cache.store(object, value)
        {
            return Ok(());
        }
    }
    store_attr_slow(object, name, value, cache)
}

#[inline(never)]
fn store_attr_slow(object: Value, name: Ref<Str>, value: Value, cache: &Cache) -> R<()> {
    if stubs::find(object, name, Use::Store, cache).is_some_and(|stub| stub.store(object, value)) {
        return Ok(());
    }
    let before = object.shape();
    fill_store(object, name, value, cache)?;
    stubs::keep(before, name, Use::Store, cache);
    Ok(())
}

/// Stores, and remembers how.
fn fill_store(object: Value, name: Ref<Str>, value: Value, cache: &Cache) -> R<()> {
    let before = object.shape();
    attr::setattr(object, name, Some(value))?;
    let class = object.class();
    let is_generic = class
        .slots()
        .setattr
        .is_some_and(|f| std::ptr::fn_addr_eq(f, attr::generic_setattr as fn(Value, Ref<Str>, Option<Value>) -> R<()>));
    if !is_generic {
        return Ok(());
    }
    if let Some(found) = class.lookup(name) {
        if let Some(word) = found.exact::<MemberDescriptor>().and_then(|m| m.word()) {
            cache.fill(Kind::Word, before as u64, 0, word as u32);
            return Ok(());
        }
        if slots_of(found).descr_set.is_some() {
            return Ok(());
        }
    }
    let after = object.shape();
    let info = shape::info(after);
    if info.storage == Storage::Inline && before != 0 && shape::info(before).storage == Storage::Inline {
        if let Some(word) = info.find(name) {
            if after == before {
                cache.fill(Kind::Word, before as u64, 0, word as u32);
            } else if shape::transition(before, name) == Some(after) {
                cache.fill(Kind::Add, before as u64, after as u64, word as u32);
            }
        }
    }
    Ok(())
}

/// `LOAD_GLOBAL`: the module's name, else the builtin.
#[inline(always)]
pub fn load_global(globals: Ref<Dict>, builtins: Ref<Dict>, name: Ref<Str>, cache: &Cache) -> R {
    if cache.key.get() == globals.as_ptr() as u64 && cache.kind.get() == Kind::Global {
        if let Some(value) = cache.cell(cache.data.get()) {
            return Ok(value);
        }
        if let Some(value) = cache.cell(cache.epoch.get()) {
            return Ok(value);
        }
    }
    load_global_slow(globals, builtins, name, cache)
}

#[inline(never)]
fn load_global_slow(globals: Ref<Dict>, builtins: Ref<Dict>, name: Ref<Str>, cache: &Cache) -> R {
    if let (Some(own), Some(builtin)) = (globals.cell(name), builtins.cell(name)) {
        cache.key.set(globals.as_ptr() as u64);
        cache.data.set(own.as_ptr() as u64);
        cache.epoch.set(builtin.as_ptr() as u64);
        cache.kind.set(Kind::Global);
    }
    match lookup_global(globals, builtins, name)? {
        Some(value) => Ok(value),
        None => Err(crate::errors::name_error(name)),
    }
}

/// A global by name, without a cache. Dict subclasses as globals (`exec`) are asked through `__getitem__`.
pub fn lookup_global(globals: Ref<Dict>, builtins: Ref<Dict>, name: Ref<Str>) -> R<Option<Value>> {
    if globals.value().exact::<Dict>().is_none() {
        // A subclass may make names up (`__missing__`), as annotationlib's does.
        let found = crate::ops::subscript::getitem(globals.value(), name.value());
        if let Some(value) = crate::errors::catch(found, &crate::types::exceptions::KEY_ERROR)? {
            return Ok(Some(value));
        }
        return Ok(builtins.get_str(name));
    }
    if let Some(value) = globals.get_str(name) {
        return Ok(Some(value));
    }
    Ok(builtins.get_str(name))
}
