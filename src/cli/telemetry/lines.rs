//! Log lines, written together: a system call for each would cost as much as answering the request that it is about.
//!
//! A warning takes everything before it along at once. What a crash may lose is a moment of the rest.

use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use tracing::Level;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

/// A line waits this long for others at most.
const PATIENCE: Duration = Duration::from_millis(50);

/// Bytes that wait at most; whoever brings more writes them out, and so waits for a slow reader.
const MOST: usize = 64 * 1024;

/// Where lines are kept until they are written. Clones share them.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

struct Shared {
    waiting: Mutex<Vec<u8>>,
    some: Condvar,
    /// Taken before `waiting`, so that lines stay in order.
    out: Mutex<Box<dyn Write + Send>>,
}

/// One line under way.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    urgent: bool,
}

impl Lines {
    pub fn to(out: impl Write + Send + 'static) -> Lines {
        let (waiting, some) = (Mutex::default(), Condvar::new());
        let lines = Lines(Arc::new(Shared { waiting, some, out: Mutex::new(Box::new(out)) }));
        let background = lines.clone();
        thread::spawn(move || background.write_for_ever());
        lines
    }

    /// Writes what waits.
    pub fn write_out(&self) {
        let mut out = locked(&self.0.out);
        let lines = std::mem::take(&mut *locked(&self.0.waiting));
        // Nobody is left to tell when the log cannot be written.
        let _ = out.write_all(&lines).and_then(|()| out.flush());
    }

    fn write_for_ever(&self) {
        loop {
            let waiting = self.0.some.wait_while(locked(&self.0.waiting), |waiting| waiting.is_empty());
            drop(waiting);
            thread::sleep(PATIENCE);
            self.write_out();
        }
    }

    fn add(&self, line: &[u8], urgent: bool) {
        let mut waiting = locked(&self.0.waiting);
        if waiting.is_empty() {
            self.0.some.notify_one();
        }
        waiting.extend_from_slice(line);
        let enough = waiting.len() >= MOST;
        drop(waiting);
        if urgent || enough {
            self.write_out();
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: self, urgent: true }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line<'a> {
        Line { lines: self, urgent: *event.level() <= Level::WARN }
    }
}

/// A line comes whole, in one call.
impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.add(line, self.urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            locked(&self.0).push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(paper: &Paper) -> String {
        String::from_utf8(locked(&paper.0).concat()).unwrap()
    }

    #[test]
    fn lines_are_written_together_and_in_order() {
        let paper = Paper::default();
        let lines = Lines::to(paper.clone());
        lines.add(b"one\n", false);
        lines.add(b"two\n", false);
        lines.add(b"warning\n", true);
        assert_eq!(written(&paper), "one\ntwo\nwarning\n");
        lines.add(b"last\n", false);
        lines.write_out();
        assert_eq!(written(&paper), "one\ntwo\nwarning\nlast\n");
        for number in 0..20_000 {
            lines.add(format!("line {number}\n").as_bytes(), false);
        }
        lines.write_out();
        assert_eq!(written(&paper).lines().count(), 20_004);
        assert!(locked(&paper.0).len() < 100, "a system call each is what this is to spare");
    }

    #[test]
    fn a_line_does_not_wait_for_ever() {
        let paper = Paper::default();
        let lines = Lines::to(paper.clone());
        for line in ["one\n", "two\n"] {
            lines.add(line.as_bytes(), false);
            while !written(&paper).ends_with(line) {
                thread::yield_now();
            }
        }
    }
}
