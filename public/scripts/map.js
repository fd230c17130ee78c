/** The map can be moved and looked at more closely; names appear where there is room for them. */

const MOST_ZOOM = 14;
/** One step closer shows this share of what was shown. */
const CLOSER = 0.6;
/** The share of the map's side around somebody who was looked for. */
const FOUND_SHARE = 0.35;
/** To the right and down. */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MAX_NAMES = 60;
/** Letters' height while names are measured. */
const RULER_PX = 100;
/** How far the mark's name stands above it, in units of the whole map. */
const NAME_ABOVE = 26;
const SVG = "http://www.w3.org/2000/svg";

function placeOf(circle) {
	return { x: circle.cx.baseVal.value, y: circle.cy.baseVal.value };
}

/** Where a text stands, as names are placed: its base line's start, and its width. */
function boxOf(text) {
	const { x, y, width, height } = text.getBBox();
	return { x, y: y + 0.8 * height, width };
}

class MovableMap {
	constructor(map) {
		this.svg = map.querySelector("svg");
		this.names = map.querySelector(".map-names");
		this.side = this.svg.viewBox.baseVal.width;
		this.view = { x: 0, y: 0, size: this.side };
		this.people = [...map.querySelectorAll(".map-people a")].map((link) => ({
			name: link.getAttribute("aria-label"),
			...placeOf(link.firstElementChild),
		}));
		// measures names without drawing them
		this.ruler = document.createElement("canvas").getContext("2d");
		this.pointers = new Map();
		this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
		this.svg.addEventListener("pointerdown", (event) => this.down(event));
		this.svg.addEventListener("pointermove", (event) => this.move(event));
		for (const type of ["pointerup", "pointercancel", "pointerleave"]) {
			this.svg.addEventListener(type, (event) => this.up(event));
		}
		// a drag is not a click on whoever it ends on
		this.svg.addEventListener("click", (event) => this.hasMoved && event.preventDefault(), true);
		this.svg.addEventListener("dragstart", (event) => event.preventDefault());
		this.svg.addEventListener("keydown", (event) => this.key(event));
		for (const button of map.querySelectorAll("[data-zoom]")) {
			button.addEventListener("click", () =>
				this.zoom(button.dataset.zoom === "in" ? CLOSER : 1 / CLOSER, this.centre()),
			);
		}
		const mark = map.querySelector(".map-mark circle");
		this.mark = mark && { text: map.querySelector(".map-mark text"), ...placeOf(mark) };
		this.nameWhoFits();
		if (this.mark) this.centreOn(this.mark, FOUND_SHARE);
	}

	/** Shows that share of the map's side with the place in the middle, or as near to it as the map's edge allows. */
	centreOn({ x, y }, share) {
		const size = this.side * share;
		this.show({ x: x - size / 2, y: y - size / 2, size });
	}

	key(event) {
		const [right, down] = DIRECTIONS[event.key] ?? [];
		if (right !== undefined) {
			const step = this.view.size / 6;
			this.show({ ...this.view, x: this.view.x + right * step, y: this.view.y + down * step });
		} else if (event.key === "+" || event.key === "=") this.zoom(CLOSER, this.centre());
		else if (event.key === "-") this.zoom(1 / CLOSER, this.centre());
		else return;
		event.preventDefault();
	}

	centre() {
		return { x: this.view.x + this.view.size / 2, y: this.view.y + this.view.size / 2 };
	}

	/** From the window's pixels to the map's units. */
	at({ clientX, clientY }) {
		const box = this.svg.getBoundingClientRect();
		return {
			x: this.view.x + ((clientX - box.left) / box.width) * this.view.size,
			y: this.view.y + ((clientY - box.top) / box.height) * this.view.size,
		};
	}

	wheel(event) {
		// the page scrolls unless the map is meant: with a key, or by a pinch, which comes as one
		if (!event.ctrlKey && !event.metaKey) return;
		event.preventDefault();
		this.zoom(Math.exp(event.deltaY / 300), this.at(event));
	}

	down(event) {
		this.hasMoved = false;
		this.pointers.set(event.pointerId, event);
	}

	up(event) {
		this.pointers.delete(event.pointerId);
		// after the click that a browser makes of it
		setTimeout(() => {
			this.hasMoved = false;
		});
	}

	move(event) {
		const before = this.pointers.get(event.pointerId);
		if (!before) return;
		const other = [...this.pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
		if (other) {
			const distance = (pointer) =>
				Math.hypot(pointer.clientX - other.clientX, pointer.clientY - other.clientY);
			this.zoom(distance(before) / Math.max(1, distance(event)), this.at(event));
		} else {
			const [from, to] = [this.at(before), this.at(event)];
			this.show({ ...this.view, x: this.view.x + from.x - to.x, y: this.view.y + from.y - to.y });
		}
		this.hasMoved ||= Math.hypot(event.movementX, event.movementY) > 1;
		this.pointers.set(event.pointerId, event);
	}

	zoom(factor, { x, y }) {
		const size = Math.min(this.side, Math.max(this.side / MOST_ZOOM, this.view.size * factor));
		const share = size / this.view.size;
		this.show({ x: x - (x - this.view.x) * share, y: y - (y - this.view.y) * share, size });
	}

	show({ x, y, size }) {
		const keep = (value) => Math.min(this.side - size, Math.max(0, value));
		this.view = { x: keep(x), y: keep(y), size };
		this.svg.setAttribute("viewBox", `${this.view.x} ${this.view.y} ${size} ${size}`);
		this.svg.style.setProperty("--scale", size / this.side);
		this.svg.classList.toggle("is-closer", size < this.side);
		this.isDrawn ??= requestAnimationFrame(() => {
			this.isDrawn = undefined;
			this.nameWhoFits();
		});
	}

	/** The mark's name, as near to it from close by as from afar, and inside the map as long as the mark is. */
	nameMark(scale) {
		const { text, x, y } = this.mark;
		const half = text.getComputedTextLength() / 2;
		const letterHeight = Number.parseFloat(getComputedStyle(text).fontSize);
		const away = NAME_ABOVE * scale;
		const isRoomAbove = y - away - letterHeight > this.view.y;
		// moved by half its length at most, so that it leaves the map together with the mark
		const right = Math.max(0, Math.min(half, this.view.x + half - x));
		const left = Math.max(0, Math.min(half, x + half - this.view.x - this.view.size));
		text.setAttribute("text-anchor", "middle");
		text.setAttribute("x", x + right - left);
		text.setAttribute("y", isRoomAbove ? y - away : y + away + 0.7 * letterHeight);
	}

	nameWhoFits() {
		const scale = this.view.size / this.side;
		if (this.mark) this.nameMark(scale);
		const { fontSize, fontFamily } = getComputedStyle(this.names);
		const letterHeight = Number.parseFloat(fontSize);
		this.ruler.font = `${RULER_PX}px ${fontFamily}`;
		const widthOf = (name) => (this.ruler.measureText(name).width / RULER_PX) * letterHeight;
		// as wide as a dot and a space
		const gap = 0.8 * letterHeight;
		const placed = [];
		// the mark's own name comes first
		const taken = this.mark ? [boxOf(this.mark.text)] : [];
		for (const { name, x, y } of this.people) {
			if (placed.length === MAX_NAMES) break;
			if (name === this.mark?.text.textContent) continue;
			const label = { name, x: x + 8 * scale, y: y + 5 * scale, width: widthOf(name) };
			const isInside =
				x > this.view.x &&
				label.x + label.width < this.view.x + this.view.size &&
				label.y - letterHeight > this.view.y &&
				label.y + 0.3 * letterHeight < this.view.y + this.view.size;
			if (!isInside) continue;
			const isFree = [...taken, ...placed].every(
				(other) =>
					Math.abs(other.y - label.y) > 1.3 * letterHeight ||
					label.x > other.x + other.width + gap ||
					label.x + label.width + gap < other.x,
			);
			if (isFree) placed.push(label);
		}
		this.names.replaceChildren(
			...placed.map(({ name, x, y }) => {
				const text = document.createElementNS(SVG, "text");
				text.setAttribute("x", x);
				text.setAttribute("y", y);
				text.textContent = name;
				return text;
			}),
		);
	}
}

new MovableMap(document.querySelector("[data-map]"));
