// Command kustomize-build prints what `kubectl kustomize DIR` prints. It is the library that kubectl and kustomize are made
// of, so that what is tested does not depend on which of them, and of which version, a machine has. With --json it prints the objects
// of each DIR as a line, a list: it reads the schema of Kubernetes, which takes longer than to render, once for all of them.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	switch {
	case len(os.Args) == 2:
		text, err := render(os.Args[1]).AsYaml()
		if err != nil {
			fail(err)
		}
		if _, err := os.Stdout.Write(text); err != nil {
			fail(err)
		}
	case len(os.Args) > 2 && os.Args[1] == "--json":
		lines := json.NewEncoder(os.Stdout)
		for _, dir := range os.Args[2:] {
			if err := lines.Encode(render(dir).Resources()); err != nil {
				fail(err)
			}
		}
	default:
		fail("usage: kustomize-build DIR, or kustomize-build --json DIR...")
	}
}

func render(dir string) resmap.ResMap {
	options := krusty.MakeDefaultOptions()
	// The order in which `kubectl apply -k` applies: namespaces first, webhooks last.
	options.Reorder = krusty.ReorderOptionLegacy
	objects, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		fail(err)
	}
	return objects
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}
