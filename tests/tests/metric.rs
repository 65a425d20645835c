//! What whoever watches the host is told about plugins. The recorder is the process's own, hence one test in a file.

use anyhow::Result;
use linli_engine::Answer;
use linli_tests::{hostile, process};
use linli_world::{Database, World, resident};
use metrics_exporter_prometheus::PrometheusBuilder;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invocations_are_counted_by_plugin_and_installation() -> Result<()> {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    let world = World::new(Database::Sqlite).await?;
    let engine = process::engine(&world)?;
    let mut services = Vec::new();
    for (parts, name) in [(hostile::HEALTHY, "good"), (hostile::TRAP, "bad")] {
        services.push(hostile::enable(&world, parts, name).await?.id());
    }
    let view = async |number: usize, person| {
        let service = world.service(services[number]).await?;
        let (caller, request) = (resident(person), hostile::request());
        Result::<_>::Ok(engine.view(&service, &caller, request).await)
    };
    for _ in 0..3 {
        assert!(matches!(view(0, world.li).await?, Answer::Done(_)));
        assert!(matches!(view(1, world.li).await?, Answer::Ill(_)));
    }
    for _ in 0..2 {
        assert!(matches!(view(1, world.wang).await?, Answer::Ill(_)));
    }
    assert!(matches!(view(1, world.li).await?, Answer::Paused(_)));
    let text = handle.render();
    for line in [
        r#"linli_invocations_total{plugin="care/good",function="pages.view",outcome="done"} 3"#,
        r#"linli_invocations_total{plugin="care/bad",function="pages.view",outcome="ill"} 5"#,
        r#"linli_invocations_total{plugin="care/bad",function="pages.view",outcome="paused"} 1"#,
        r#"linli_invocation_seconds_count{plugin="care/good",function="pages.view"} 3"#,
        r#"linli_invocation_cpu_seconds_count{plugin="care/good"} 3"#,
        r#"linli_invocation_memory_bytes_count{plugin="care/good"} 3"#,
        r#"linli_host_calls_total{plugin="care/good"} 0"#,
        r#"linli_installation_invocations_total{plugin="care/bad",community="east"} 6"#,
        r#"linli_installation_failures_total{plugin="care/bad",community="east"} 5"#,
        r#"linli_installation_paused{plugin="care/bad",community="east"} 1"#,
        r#"linli_compilations_total{outcome="done"} 2"#,
        "linli_running 0",
        "linli_queue_waiting 0",
        "linli_queue_seconds_count 8",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    Ok(())
}
