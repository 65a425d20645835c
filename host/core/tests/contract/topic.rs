//! Topics of the host.

use linli_core::{Error, act, topic};
use linli_domain::topic::{HOST_TOPICS, MOVED_IN};
use linli_world::on_both;

on_both!(the_host_publishes_only_its_own_topics, |world| {
    for name in HOST_TOPICS {
        act!(world.core, |work| topic::publish_host(
            work, name, world.east, world.li
        )
        .await)?;
    }
    let unknown = act!(world.core, |work| topic::publish_host(
        work, "moved_in", world.east, world.li
    )
    .await);
    assert!(
        matches!(&unknown, Err(Error::Internal(reason)) if reason.contains(MOVED_IN)),
        "{unknown:?}"
    );
});
