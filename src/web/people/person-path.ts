import type { ListedPerson } from "../../gallery/browse/people-directory.ts";

/** The address of a person's page. */
export function pathOf({ slug }: Pick<ListedPerson, "slug">): string {
	return `/people/${encodeURIComponent(slug)}`;
}
