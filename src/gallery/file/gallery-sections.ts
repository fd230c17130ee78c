/** What a gallery's file holds beside the index, section by section. */
import { AppError } from "../../errors.ts";
import type { LshIndex } from "../../search/lsh-index.ts";
import { type Catalogue, encodeCatalogue, parseCatalogue } from "../catalogue.ts";
import type { GallerySettings } from "../gallery-settings.ts";
import { decodeScale, encodeScale, type MeasuredScale } from "../matching/measured-scale.ts";
import type { Person } from "../person.ts";
import { PhotoTable } from "../photo-table.ts";

/** The catalogue; see catalogue.ts. */
const CATALOGUE_SECTION = "gallery";
/** Boxes and landmarks, see photo-codec.ts. */
const GEOMETRY_SECTION = "faces";
/** UTF-8 JSON of `MeasuredScale`, where the gallery was measured. */
const SCALE_SECTION = "scale";

interface GallerySections {
	readonly name: string;
	readonly settings: GallerySettings;
	readonly people: readonly Person[];
	readonly photos: PhotoTable;
	readonly scale?: MeasuredScale | undefined;
}

/** @throws AppError INVALID_INDEX_FILE or INDEX_CORRUPT for an index that is no gallery's */
export function readSections(index: LshIndex): GallerySections {
	const catalogue = parseCatalogue(sectionOf(index, CATALOGUE_SECTION), index.size);
	const scaleBytes = index.section(SCALE_SECTION);
	const scale = scaleBytes && decodeScale(scaleBytes);
	expectPeople(index, catalogue);
	const { name, settings = {}, people } = catalogue;
	const photos = PhotoTable.from(catalogue.photos, sectionOf(index, GEOMETRY_SECTION));
	return { name, settings, people, photos, scale };
}

/** What `readSections` reads, by name. */
export function encodeSections({
	name,
	settings,
	people,
	photos,
	scale,
}: GallerySections): Record<string, Uint8Array> {
	return {
		[CATALOGUE_SECTION]: encodeCatalogue({ name, settings, people, photos: photos.entries() }),
		[GEOMETRY_SECTION]: photos.records(),
		...(scale && { [SCALE_SECTION]: encodeScale(scale) }),
	};
}

/** @throws AppError INDEX_CORRUPT if a row is somebody's who is not in the catalogue */
function expectPeople(index: LshIndex, { people }: Catalogue): void {
	for (let row = 0; row < index.size; row++) {
		if (index.group(row) < people.length) continue;
		throw new AppError(
			"INDEX_CORRUPT",
			`Expected one of ${people.length} people for row ${row} but found number ${index.group(row)}.`,
		);
	}
}

function sectionOf(index: LshIndex, name: string): Uint8Array {
	const bytes = index.section(name);
	if (bytes) return bytes;
	throw new AppError(
		"INVALID_INDEX_FILE",
		`Expected a gallery but the index file has no section "${name}".`,
		{
			hint: "Build it with `celebrity-faces gallery build`.",
		},
	);
}
