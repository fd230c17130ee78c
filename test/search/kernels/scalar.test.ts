import { describeKernels } from "./kernels.cases.ts";

describeKernels("scalar");
