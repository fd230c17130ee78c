import { describeReadableGallery } from "./readable-gallery.cases.ts";

describeReadableGallery("a gallery in memory", (gallery) => gallery);
