//! Who holds a connection waits for no other: otherwise a crowd in which everybody has one and wants one more stands
//! still. Debug builds, and so all tests, hold every task to it; release builds do not look.

#[cfg(not(debug_assertions))]
pub(super) use self::unwatched::Hands;
#[cfg(debug_assertions)]
pub(super) use self::watched::Hands;

#[cfg(debug_assertions)]
mod watched {
    use std::collections::HashSet;
    use std::sync::LazyLock;
    use std::sync::Mutex;
    use std::sync::MutexGuard;
    use std::sync::PoisonError;

    use tokio::task;
    use tokio::task::Id;

    /// The tasks that hold a connection, or wait for one.
    static FULL: LazyLock<Mutex<HashSet<Id>>> = LazyLock::new(Mutex::default);

    /// What a connection keeps of the task that asked for it.
    pub(in crate::store::db) struct Hands(Option<Id>);

    impl Hands {
        /// Panics when the task has a connection already. What runs outside of any task is not looked at.
        pub(in crate::store::db) fn fill() -> Hands {
            Hands::check();
            let task = task::try_id();
            task.map(|id| full().insert(id));
            Hands(task)
        }

        /// For a connection that belongs to no task.
        pub(in crate::store::db) fn of_nobody() -> Hands {
            Hands(None)
        }

        /// Panics when the task has a connection.
        pub(in crate::store::db) fn check() {
            let busy = task::try_id().is_some_and(|id| full().contains(&id));
            assert!(
                !busy,
                "a task that holds a database connection asks for another; commit or drop the first before, and \
                 look up before or after"
            );
        }
    }

    impl Drop for Hands {
        fn drop(&mut self) {
            self.0.map(|id| full().remove(&id));
        }
    }

    fn full() -> MutexGuard<'static, HashSet<Id>> {
        FULL.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(debug_assertions))]
mod unwatched {
    pub(in crate::store::db) struct Hands;

    impl Hands {
        pub(in crate::store::db) fn fill() -> Hands {
            Hands
        }

        pub(in crate::store::db) fn of_nobody() -> Hands {
            Hands
        }

        pub(in crate::store::db) fn check() {}
    }
}
