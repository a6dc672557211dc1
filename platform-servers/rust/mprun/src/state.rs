//! What a process remembers from step to step: one value of each type.

use std::any::{type_name, Any, TypeId};
use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// A value of the state while a step uses it; see
/// [`Context::state`](crate::Context::state).
pub struct State<T: 'static> {
    /// Borrows from the cell of `owner`, and is dropped before it.
    guard: ManuallyDrop<RefMut<'static, T>>,
    owner: ManuallyDrop<Rc<RefCell<T>>>,
}

impl<T: 'static> State<T> {
    fn new(owner: Rc<RefCell<T>>) -> State<T> {
        let Ok(guard) = owner.try_borrow_mut() else {
            panic!(
                "the state {} is in use: what ctx.state gave before has to be \
                 dropped first",
                type_name::<T>()
            );
        };
        // SAFETY: the cell lies on the heap and lives as long as `owner` does,
        // which drop() keeps until the guard is gone.
        let guard = unsafe { std::mem::transmute::<RefMut<'_, T>, RefMut<'static, T>>(guard) };
        State {
            guard: ManuallyDrop::new(guard),
            owner: ManuallyDrop::new(owner),
        }
    }
}

impl<T: 'static> Drop for State<T> {
    fn drop(&mut self) {
        // SAFETY: each once, the guard first; nothing uses them afterwards.
        unsafe {
            ManuallyDrop::drop(&mut self.guard);
            ManuallyDrop::drop(&mut self.owner);
        }
    }
}

impl<T: 'static> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T: 'static> DerefMut for State<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

/// All values, by their types, in the order in which they came.
#[derive(Default)]
pub struct States {
    values: RefCell<HashMap<TypeId, Rc<dyn Any>>>,
    order: RefCell<Vec<TypeId>>,
}

impl States {
    pub fn get<T: 'static>(&self) -> Option<State<T>> {
        let value = self.values.borrow().get(&TypeId::of::<T>()).cloned();
        let cell = value?.downcast::<RefCell<T>>();
        cell.ok().map(State::new)
    }

    pub fn insert<T: 'static>(&self, value: T) {
        let id = TypeId::of::<T>();
        self.order.borrow_mut().retain(|other| *other != id);
        self.order.borrow_mut().push(id);
        let cell: Rc<dyn Any> = Rc::new(RefCell::new(value));
        let before = self.values.borrow_mut().insert(id, cell);
        drop(before); // may do anything, now that nothing is borrowed
    }

    /// Takes the value out that came last.
    pub fn pop(&self) -> Option<Rc<dyn Any>> {
        let id = self.order.borrow_mut().pop()?;
        self.values.borrow_mut().remove(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::States;

    #[test]
    fn holds_one_value_of_each_type() {
        let states = States::default();
        assert!(states.get::<i32>().is_none());
        states.insert(1i32);
        states.insert("a".to_owned());
        *states.get::<i32>().unwrap() += 1;
        let (number, text) = (
            states.get::<i32>().unwrap(),
            states.get::<String>().unwrap(),
        );
        assert_eq!((*number, text.as_str()), (2, "a"));
    }

    #[test]
    #[should_panic(expected = "the state i32 is in use")]
    fn says_what_is_in_use() {
        let states = States::default();
        states.insert(1i32);
        let _first = states.get::<i32>();
        let _second = states.get::<i32>();
    }

    #[test]
    fn a_value_outlives_its_removal() {
        let states = States::default();
        states.insert(vec![1]);
        let value = states.get::<Vec<i32>>().unwrap();
        drop(states.pop());
        states.insert(vec![2]);
        assert_eq!(*value, [1]);
    }
}
