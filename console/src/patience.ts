// For the tests: a guard against what never comes, not a measure; machines are shared, and pages come lazily.
import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 8_000 });
