import { setTimeout as passed } from 'node:timers/promises';
import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/** How long what is left may take to be sent when the process stops. */
const LAST_WORDS_MS = 2000;

/**
 * Begins to send traces where `OTEL_EXPORTER_OTLP_ENDPOINT` says, which the exporter reads by itself as all other `OTEL_…`
 * variables. Without it nothing is loaded, and spans cost nothing.
 * @returns sends what is left
 */
export async function startTracing(
  environment: NodeJS.ProcessEnv,
  version: string,
): Promise<() => Promise<void>> {
  if (!environment.OTEL_EXPORTER_OTLP_ENDPOINT && !environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) {
    return async () => {};
  }
  const [{ AsyncLocalStorageContextManager }, { OTLPTraceExporter }, resources, sdk] = await Promise.all([
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
  ]);
  const provider = new sdk.TracerProvider({
    resource: resources
      .resourceFromAttributes({ 'service.name': 'onboarding-backend', 'service.version': version })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  // A collector that is away is no reason to stay.
  return () => Promise.race([provider.shutdown().catch(() => {}), passed(LAST_WORDS_MS)]);
}

/** Runs `work` in a span. What it throws is marked in it, without the words, which could quote what was sent. */
export function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return trace.getTracer('onboarding-backend').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
      throw error;
    } finally {
      span.end();
    }
  });
}
