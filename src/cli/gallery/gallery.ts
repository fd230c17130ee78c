/** `gallery`: making galleries, changing them and looking into them. */
import type { Command } from "commander";
import type { Openers } from "../command.ts";
import { addMigrateCommand, addPullCommand, addPushCommand } from "../database/gallery-exchange.ts";
import { addAuditCommand } from "./gallery-audit.ts";
import { addBuildCommand } from "./gallery-build.ts";
import {
	addAddCommand,
	addCompactCommand,
	addDescribeCommand,
	addMergeCommand,
	addRemoveCommand,
	addRenameCommand,
	addSetPhotoCommand,
} from "./gallery-change.ts";
import { addExportCommand, addImportCommand } from "./gallery-exchange.ts";
import { addFetchCommand } from "./gallery-fetch.ts";
import { addInfoCommand } from "./gallery-info.ts";
import { addListCommand } from "./gallery-list.ts";
import { addVerifyCommand } from "./gallery-verify.ts";

export function addGalleryCommands(program: Command, openers: Openers): void {
	const gallery = program.command("gallery").description("make galleries, change them and look into them");
	addBuildCommand(gallery, openers);
	addFetchCommand(gallery, openers);
	addAddCommand(gallery, openers);
	addRemoveCommand(gallery);
	addRenameCommand(gallery);
	addDescribeCommand(gallery);
	addMergeCommand(gallery);
	addSetPhotoCommand(gallery);
	addCompactCommand(gallery);
	addInfoCommand(gallery);
	addListCommand(gallery);
	addAuditCommand(gallery);
	addVerifyCommand(gallery);
	addExportCommand(gallery);
	addImportCommand(gallery);
	addPushCommand(gallery);
	addPullCommand(gallery);
	addMigrateCommand(gallery);
}
