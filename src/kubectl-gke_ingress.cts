#!/usr/bin/env node
// What kubectl starts for `kubectl gke-ingress`: it looks for this name in PATH, with _ where - is typed. The same program, which
// reads its name there.

void import('./bin.cts');
