import { createDatabaseGallery } from "../../helpers/galleries/administered-galleries.ts";
import { describeAdministration } from "./administration.cases.ts";

describeAdministration("a database", createDatabaseGallery);
