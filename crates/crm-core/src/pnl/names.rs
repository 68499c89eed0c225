//! The names of lines that the customers' own summaries refer to, each kept once for all of them.
//!
//! A query with a summary for each of a million customers has the same dozen names in every one. A summary that held them
//! itself would be several times as large, and finding the line of a row would wait for its names to come from memory.
//! What a name's number is depends on who came first, so numbers never leave the thread: a summary is written by names.

use super::lines;
use crate::error::{Error, Result};
use foldhash::quality::RandomState;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Names without users that are left alone.
const FEW: usize = 1024;

struct Name {
    text: Rc<str>,
    /// The summaries that refer to it.
    users: usize,
}

#[derive(Default)]
struct Names {
    /// By number. When many names have no users, these are forgotten and their numbers used again.
    names: Vec<Name>,
    numbers: HashMap<Rc<str>, u32, RandomState>,
    free: Vec<u32>,
    /// The name asked for last: rows of one line often follow each other. None after names were forgotten.
    last: Option<u32>,
    /// Names without users.
    unused: usize,
}

thread_local! {
    static NAMES: RefCell<Names> = RefCell::default();
}

impl Names {
    fn number(&mut self, name: &str) -> Result<u32> {
        if let Some(last) = self.last
            && self.names.get(last as usize).is_some_and(|known| &*known.text == name)
        {
            return Ok(last);
        }
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None => self.add(name)?,
        };
        self.last = Some(number);
        Ok(number)
    }

    #[cold]
    fn add(&mut self, name: &str) -> Result<u32> {
        lines::check(name)?;
        let room = self.numbers.try_reserve(1).and(self.names.try_reserve(1));
        room.map_err(|_| Error::out_of_memory("the names of lines"))?;
        let text: Rc<str> = name.into();
        let new = Name { text: text.clone(), users: 0 };
        let number = match self.free.pop() {
            Some(number) => {
                self.names[number as usize] = new;
                number
            }
            None => {
                self.names.push(new);
                u32::try_from(self.names.len() - 1).map_err(|_| Error::out_of_memory("the names of lines"))?
            }
        };
        self.numbers.insert(text, number);
        self.unused += 1;
        Ok(number)
    }

    /// Forgets the names without users.
    #[cold]
    fn forget(&mut self) {
        let (names, free) = (&mut self.names, &mut self.free);
        self.numbers.retain(|_, number| {
            let name = &mut names[*number as usize];
            if name.users == 0 {
                name.text = "".into();
                free.push(*number);
            }
            name.users > 0
        });
        self.unused = 0;
        self.last = None;
    }
}

/// The number of a name, a new one if need be. Errors: see [`lines::check`].
#[inline]
pub(super) fn number(name: &str) -> Result<u32> {
    NAMES.with_borrow_mut(|names| names.number(name))
}

/// The number of a name, if a summary may refer to it.
pub(super) fn find(name: &str) -> Option<u32> {
    NAMES.with_borrow(|names| names.numbers.get(name).copied())
}

/// The name with a number.
pub(super) fn text(number: u32) -> Rc<str> {
    NAMES.with_borrow(|names| names.names.get(number as usize).map_or_else(|| "".into(), |name| name.text.clone()))
}

/// A summary refers to these names from now on.
pub(super) fn hold(numbers: impl Iterator<Item = u32>) {
    NAMES.with_borrow_mut(|names| {
        for number in numbers {
            let users = &mut names.names[number as usize].users;
            names.unused -= usize::from(*users == 0);
            *users += 1;
        }
    });
}

/// A summary refers to these names no longer. Only here are names forgotten: one that was asked for stays until it is held.
pub(super) fn leave(numbers: impl Iterator<Item = u32>) {
    // At the end of the thread the names may go first.
    let _ = NAMES.try_with(|names| {
        let names = &mut *names.borrow_mut();
        for number in numbers {
            let users = &mut names.names[number as usize].users;
            *users -= 1;
            names.unused += usize::from(*users == 0);
        }
        if names.unused > FEW.max(names.numbers.len() / 2) {
            names.forget();
        }
    });
}

#[cfg(test)]
pub(super) fn known() -> usize {
    NAMES.with_borrow(|names| names.numbers.len())
}
