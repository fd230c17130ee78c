/** A gallery's own face: what its page says and how, kept in the gallery itself. Texts that it leaves out are the page's own. */
import { z } from "zod";
import { AppError } from "../errors.ts";

export const GALLERY_SETTINGS = z.strictObject({
	/** The page's name, e.g. "The Smiths". */
	title: z.string().min(1).max(80).optional(),
	/** The first page's question, e.g. "Which of us do you look like?". */
	question: z.string().min(1).max(160).optional(),
	/** The sentence below the question. */
	lead: z.string().min(1).max(400).optional(),
	/** Language of these texts, as a BCP 47 code. */
	language: z
		.string()
		.regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, "expected a language as en or pt-BR")
		.optional(),
	/** The page's colour, as #rrggbb. */
	accent: z
		.string()
		.regex(/^#[0-9a-f]{6}$/i, "expected a colour as #7a3cff")
		.optional(),
	/** Whether the people in it are celebrities; otherwise the page does not speak of them. Default true. */
	celebrities: z.boolean().optional(),
	/** Whether the better known come first among people who are equally alike. Default false. */
	preferBetterKnown: z.boolean().optional(),
});

export type GallerySettings = Readonly<z.infer<typeof GALLERY_SETTINGS>>;

/**
 * @param value as it was read from a file or the command line
 * @throws AppError INVALID_ARGUMENT naming each setting that is wrong
 */
export function parseGallerySettings(value: unknown): GallerySettings {
	const parsed = GALLERY_SETTINGS.safeParse(value);
	if (parsed.success) return parsed.data;
	const complaints = parsed.error.issues.map(
		({ path, message }) => `${path.join(".") || "settings"}: ${message}`,
	);
	throw new AppError("INVALID_ARGUMENT", `Wrong settings of a gallery. ${complaints.join("; ")}.`, {
		hint: "docs/gallery.md lists them.",
	});
}
