/** Builds an index of points in the browser and finds the nearest to wherever one drags. */
import { buildInWorker } from "celebrity-faces/search/worker";

const NUM_POINTS = Number(new URLSearchParams(location.search).get("points") ?? 50_000);
const DIMENSION = 32;
const NUM_NEAREST = 50;

/** A place of the picture, 0 to 1 each way, as a vector: waves of rising frequency, as near places have alike. */
function toVector(x, y) {
	return Float32Array.from({ length: DIMENSION }, (_, i) => {
		const angle = (i * 2.399963) % (2 * Math.PI);
		const phase = (Math.cos(angle) * x + Math.sin(angle) * y) * (1 + i / 16);
		return i % 2 === 0 ? Math.sin(phase) : Math.cos(phase);
	});
}

const places = Float32Array.from({ length: NUM_POINTS * 2 }, () => Math.random());
const vectors = new Float32Array(NUM_POINTS * DIMENSION);
for (let i = 0; i < NUM_POINTS; i++) vectors.set(toVector(places[i * 2], places[i * 2 + 1]), i * DIMENSION);

const status = document.getElementById("status");
const progress = document.getElementById("progress");
const canvas = document.getElementById("points");
const context = canvas.getContext("2d");
const background = drawPoints();
context.drawImage(background, 0, 0);

const start = performance.now();
const index = await buildInWorker(
	Array.from({ length: NUM_POINTS }, (_, i) => i),
	vectors,
	{
		dimension: DIMENSION,
		metric: "euclidean",
		onProgress: (done, total) => {
			progress.value = done / total;
		},
	},
);
progress.hidden = true;
status.textContent = `Built ${index.size.toLocaleString("en")} in ${((performance.now() - start) / 1000).toFixed(1)} s. Drag!`;
canvas.addEventListener("pointermove", find);
canvas.addEventListener("pointerdown", find);

function find(event) {
	const box = canvas.getBoundingClientRect();
	const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
	const query = toVector(x, y);
	const asked = performance.now();
	const { ids, distances } = index.search(query, NUM_NEAREST);
	const took = performance.now() - asked;
	context.drawImage(background, 0, 0);
	context.fillStyle = "#c2185b";
	for (const id of ids) dot(context, id, 5);
	status.textContent = `${ids.length} nearest in ${took.toFixed(2)} ms; the first is ${distances[0].toFixed(3)} away.`;
	// for tests: how far from the pointer, in the picture, those are
	const away = Array.from(ids, (id) => Math.hypot(places[id * 2] - x, places[id * 2 + 1] - y));
	canvas.dataset.furthest = String(Math.max(...away));
	canvas.dataset.found = String(ids.length);
}

function drawPoints() {
	const picture = new OffscreenCanvas(canvas.width, canvas.height);
	const all = picture.getContext("2d");
	all.fillStyle = "#fff";
	all.fillRect(0, 0, canvas.width, canvas.height);
	all.fillStyle = "#9ab";
	for (let i = 0; i < NUM_POINTS; i++) dot(all, i, 1);
	return picture;
}

function dot(target, i, size) {
	target.fillRect(
		places[i * 2] * canvas.width - size / 2,
		places[i * 2 + 1] * canvas.height - size / 2,
		size,
		size,
	);
}
