//! Points at which a test makes a process die, to show that nothing is lost. Builds without debug assertions have none.

/// Ends the process at once, as `kill -9` would, where `LINLI_CRASH_AT` is `POINT:N` and this is the `N`th time that the
/// point is passed.
#[macro_export]
macro_rules! crash_at {
    ($point:literal) => {
        #[cfg(debug_assertions)]
        $crate::crash_here($point);
    };
}

/// What [`crash_at`] does.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub fn crash_here(point: &'static str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicI64, Ordering};

    static WANTED: LazyLock<Option<(String, AtomicI64)>> = LazyLock::new(|| {
        let text = std::env::var("LINLI_CRASH_AT").ok()?;
        let (point, times) = text.split_once(':')?;
        Some((point.to_owned(), AtomicI64::new(times.parse().ok()?)))
    });
    if let Some((wanted, left)) = &*WANTED
        && wanted == point
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        std::process::abort();
    }
}
