/**
 * onnxruntime reports its use to Microsoft since 1.29, and keeps a device id and a cache of events in the home
 * folder, unless ORT_DISABLE_TELEMETRY is set before its first session (microsoft/onnxruntime#27379). This program
 * promises that nothing leaves the machine.
 */

/**
 * Turns the reports off for this process. Call it in the main thread, before any worker loads the runtime: a worker's
 * `process.env` is a copy that native code doesn't see.
 */
export function turnOffTelemetry(): void {
	process.env.ORT_DISABLE_TELEMETRY = "1";
}
