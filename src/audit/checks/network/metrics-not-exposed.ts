import { ofBoth } from '../../both-profiles.ts';
import { exposedCheck } from '../../exposed-check.ts';

export const metricsNotExposed = exposedCheck(
  {
    id: 'network.metrics-not-exposed',
    title: 'metrics and profilers listen to nobody outside',
    why: 'Metrics tell when a validator is weak and which version it runs; a profiler hands out its memory.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: ofBoth('loopback or a private address, unless declared public', 'Prometheus docs: security model'),
    remediation: 'Bind it to 127.0.0.1 or to a private network: --web.listen-address=127.0.0.1:9100',
  },
  [
    [9100, 'node_exporter'],
    [9090, 'Prometheus, or gRPC of Cosmos'],
    [9091, 'gRPC-web of Cosmos, or pushgateway'],
    [26_660, 'the metrics of CometBFT'],
    [6060, 'the Go profiler (pprof)'],
    [3000, 'Grafana'],
    [3100, 'Loki'],
    [9093, 'Alertmanager'],
    [8086, 'InfluxDB'],
    [19_999, 'Netdata'],
  ],
);
