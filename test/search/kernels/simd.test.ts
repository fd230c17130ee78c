import { describeKernels } from "./kernels.cases.ts";

describeKernels("simd");
