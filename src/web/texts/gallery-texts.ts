/** The page's texts as a gallery has them: its own title, question and lead, and nothing of celebrities where it has none. */
import type { ReadableGallery } from "../../gallery/readable-gallery.ts";
import type { Text, Texts } from "./texts.ts";

/** What stands behind this is said instead where the people are no celebrities. */
const PLAIN_PREFIX = "plain.";

const LEAD = "start.lead";
/** People whom the lead promises; where there are fewer, the lead without a number is true. */
const NUM_PROMISED = 7;

const known = new WeakMap<ReadableGallery, Map<Texts, Texts>>();

/** Made once for each gallery and language. */
export function textsFor(gallery: ReadableGallery, texts: Texts): Texts {
	const ofGallery = known.get(gallery) ?? new Map<Texts, Texts>();
	known.set(gallery, ofGallery);
	const made = ofGallery.get(texts) ?? texts.with(ownTexts(gallery, texts));
	ofGallery.set(texts, made);
	return made;
}

function ownTexts({ name, settings, numPeople }: ReadableGallery, texts: Texts): Record<string, Text> {
	const { title, question, lead, celebrities = true } = settings;
	const behind = texts.behind(PLAIN_PREFIX);
	const plain = celebrities ? {} : behind;
	const site = title ?? (celebrities ? undefined : name);
	return {
		...plain,
		...(numPeople < NUM_PROMISED && behind[LEAD] && { [LEAD]: behind[LEAD] }),
		...(site !== undefined && {
			"site.name": literally(site),
			"site.pageTitle": `{title} | ${literally(site)}`,
		}),
		...(question !== undefined && {
			"site.title": literally(question),
			"start.heading": literally(question),
			"card.question": literally(site ?? texts.say("site.name")),
			"card.site": literally(question),
		}),
		...(lead !== undefined && { [LEAD]: literally(lead), "site.description": literally(lead) }),
	};
}

/** A word joiner, which nobody sees, keeps an owner's braces from being taken for a placeholder. */
function literally(text: string): string {
	return text.replaceAll("{", "{\u2060");
}
