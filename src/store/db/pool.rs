//! A bounded set of open connections.
//!
//! Ours rather than `sqlx::Pool` because that one pings the database each time a connection comes back, a round
//! trip for every read. Here a connection goes back as it is when its last call ended well, and is settled in the
//! background only when its caller went away in the middle.

use std::ops::Deref;
use std::ops::DerefMut;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio::time::timeout;
use tokio::time::timeout_at;

use crate::store::Error;
use crate::store::Result;

/// How long a connection may take to settle after its caller went away.
const SETTLE: Duration = Duration::from_secs(3);

/// A connection that can be kept in a pool.
pub(super) trait Pooled: Sized + Send + 'static {
    type Options: Send + Sync;

    fn open(options: &Self::Options) -> impl Future<Output = sqlx::Result<Self>> + Send;

    /// Whether it still works after a rest. Asks the other end, if that can go away without our knowing, and does not
    /// wait long for the answer.
    fn is_alive(&mut self, rested: Duration) -> impl Future<Output = bool> + Send;

    /// Ends what a caller left behind: a call that may still run, an open transaction.
    fn settle(&mut self) -> impl Future<Output = sqlx::Result<()>> + Send;

    fn close(self) -> impl Future<Output = sqlx::Result<()>> + Send;
}

pub(super) struct Pool<C: Pooled> {
    options: C::Options,
    size: u32,
    permits: Arc<Semaphore>,
    idle: Mutex<Idle<C>>,
    runtime: Handle,
}

struct Idle<C> {
    connections: Vec<(C, Instant)>,
    /// Counts up when a connection turns out dead, for the others of its time are likely dead as well.
    generation: u64,
}

/// What a connection needs before somebody else may have it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Debt {
    Nothing,
    Settle,
    Close,
}

/// A connection taken out of the pool; it goes back when dropped.
pub(super) struct Lease<C: Pooled> {
    connection: Option<C>,
    generation: u64,
    pub(super) debt: Debt,
    pool: Arc<Pool<C>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<C: Pooled> Pool<C> {
    pub(super) fn new(options: C::Options, size: u32) -> Arc<Pool<C>> {
        Arc::new(Pool {
            options,
            size,
            permits: Arc::new(Semaphore::new(size as usize)),
            idle: Mutex::new(Idle { connections: Vec::new(), generation: 0 }),
            runtime: Handle::current(),
        })
    }

    /// A connection that was well when it was last used, or a new one.
    pub(super) async fn acquire(self: &Arc<Self>, deadline: Instant) -> Result<Lease<C>> {
        let late = |_| Error::unavailable("no connection became free in time");
        timeout_at(deadline, self.lease()).await.map_err(late)?
    }

    async fn lease(self: &Arc<Self>) -> Result<Lease<C>> {
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Error::unavailable("it is closing"))?;
        let (mut idle, generation) = {
            let mut idle = self.idle();
            (idle.connections.pop(), idle.generation)
        };
        if let Some((connection, since)) = &mut idle
            && !connection.is_alive(since.elapsed()).await
        {
            self.condemn(generation);
            idle = None;
        }
        let connection = match idle {
            Some((connection, _)) => connection,
            None => self.open().await?,
        };
        let pool = self.clone();
        Ok(Lease {
            connection: Some(connection),
            generation,
            debt: Debt::Nothing,
            pool,
            permit: Some(permit),
        })
    }

    /// Boxed, so that the room which this takes is not carried along by everybody who asks the database anything.
    fn open(&self) -> BoxFuture<'_, sqlx::Result<C>> {
        Box::pin(C::open(&self.options))
    }

    /// Waits until every lease is back, then closes all connections.
    pub(super) async fn close(&self) {
        let _ = timeout(SETTLE, self.permits.acquire_many(self.size)).await;
        self.permits.close();
        let connections = std::mem::take(&mut self.idle().connections);
        for (connection, _) in connections {
            let _ = timeout(SETTLE, connection.close()).await;
        }
    }

    /// Forgets the idle connections of `generation`.
    fn condemn(&self, generation: u64) {
        let mut idle = self.idle();
        if idle.generation == generation {
            idle.generation += 1;
            idle.connections.clear();
        }
    }

    fn put_back(&self, connection: C, generation: u64) {
        let mut idle = self.idle();
        if idle.generation == generation && !self.permits.is_closed() {
            idle.connections.push((connection, Instant::now()));
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Pooled> Lease<C> {
    /// The connection is dead, and with it those that were opened before now.
    pub(super) fn condemn(&mut self) {
        self.debt = Debt::Close;
        self.pool.condemn(self.generation);
    }

    /// Opens a new connection in place of a dead one.
    pub(super) async fn renew(&mut self) -> sqlx::Result<()> {
        self.condemn();
        self.connection = Some(self.pool.open().await?);
        self.generation = self.pool.idle().generation;
        self.debt = Debt::Nothing;
        Ok(())
    }
}

impl<C: Pooled> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        match self.debt {
            Debt::Nothing => self.pool.put_back(connection, self.generation),
            Debt::Close => drop(connection),
            Debt::Settle => {
                let (pool, generation, permit) = (self.pool.clone(), self.generation, self.permit.take());
                self.pool.runtime.spawn(async move {
                    if let Ok(Ok(())) = timeout(SETTLE, connection.settle()).await {
                        pool.put_back(connection, generation);
                    }
                    drop(permit);
                });
            }
        }
    }
}

impl<C: Pooled> Deref for Lease<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.connection.as_ref().expect("a lease has its connection until it is dropped")
    }
}

impl<C: Pooled> DerefMut for Lease<C> {
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect("a lease has its connection until it is dropped")
    }
}
