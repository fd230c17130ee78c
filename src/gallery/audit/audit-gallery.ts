/** Looks through a gallery for what is wrong with it: photos of somebody else, doubles, and faces that everybody resembles. */
import type { Gallery } from "../gallery.ts";
import { findMisfits, type MisfitRule, SMALL_FACE_PX } from "./find-misfits.ts";

export type FindingKind =
	| "nearer to somebody else"
	| "poor likeness"
	| "one picture under two names"
	| "near-identical photos"
	| "small face"
	| "resembles everybody";

export interface Finding {
	readonly kind: FindingKind;
	/** The photo, and the one it is like. */
	readonly row: number;
	readonly other: number | undefined;
	/** What was measured, for people. */
	readonly detail: string;
	/** Whether removing the photo is surely right. */
	readonly isCertain: boolean;
}

/** Cosine from which two photos are one, cut or encoded differently. Two shots of one moment stay below. */
const SAME_PICTURE = 0.9985;
/** A photo is the nearest one to so many times as many people as the average. */
const HUB_FACTOR = 15;

export function auditGallery(gallery: Gallery, rule: MisfitRule): Finding[] {
	const rows = gallery.rows();
	const { photos, embeddings, dimension } = gallery.contents();
	const misfits = findMisfits(photos, embeddings, dimension, rule).map(
		({ row, own, others, nearest, isCertain, isClear }): Finding => ({
			kind: isClear ? "nearer to somebody else" : "poor likeness",
			row: rows[row] as number,
			other: rows[nearest] as number,
			detail: `${own.toFixed(3)} to the person's nearest photo, ${others.toFixed(3)} to somebody else's`,
			isCertain,
		}),
	);
	return [...misfits, ...findDoubles(gallery, rows), ...findSmall(gallery, rows), ...findHubs(gallery, rows)];
}

function findDoubles(gallery: Gallery, rows: readonly number[]): Finding[] {
	return rows.flatMap((row): Finding[] => {
		const person = gallery.index.group(row);
		const near = gallery.exact.search(gallery.index.embedding(row), 3);
		return near
			.filter((match) => match.row > row && match.similarity >= SAME_PICTURE)
			.map(({ row: other, group, similarity }) => ({
				kind: group === person ? "near-identical photos" : "one picture under two names",
				row: other,
				other: row,
				detail: similarity.toFixed(4),
				// of one picture under two names, nothing tells whose it is
				isCertain: group === person,
			}));
	});
}

function findSmall(gallery: Gallery, rows: readonly number[]): Finding[] {
	return rows.flatMap((row): Finding[] => {
		const { width, height } = gallery.photo(row).box;
		const side = Math.min(width, height);
		if (side >= SMALL_FACE_PX) return [];
		return [{ kind: "small face", row, other: undefined, detail: `${side.toFixed(0)} px`, isCertain: false }];
	});
}

/** Photos that are the nearest one of somebody else to far more people than others are. */
function findHubs(gallery: Gallery, rows: readonly number[]): Finding[] {
	const people = new Map<number, Set<number>>();
	for (const row of rows) {
		const person = gallery.index.group(row);
		const nearest = gallery.exact
			.search(gallery.index.embedding(row), 2, { distinctGroups: true })
			.find(({ group }) => group !== person);
		if (!nearest) continue;
		const drawn = people.get(nearest.row) ?? new Set();
		people.set(nearest.row, drawn.add(person));
	}
	const most = Math.max(HUB_FACTOR, (HUB_FACTOR * gallery.numPeople) / Math.max(rows.length, 1));
	return [...people]
		.filter(([, drawn]) => drawn.size >= most)
		.sort(([, a], [, b]) => b.size - a.size)
		.map(([row, drawn]): Finding => {
			const detail = `nearest to photos of ${drawn.size} other people`;
			return { kind: "resembles everybody", row, other: undefined, detail, isCertain: false };
		});
}
