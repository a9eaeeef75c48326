// Command kustomize-build prints what `kubectl kustomize DIR` prints. It is the library that kubectl and kustomize are made
// of, so that what is tested does not depend on which of them, and of which version, a machine has.
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	if len(os.Args) != 2 {
		fail("usage: kustomize-build DIR")
	}
	options := krusty.MakeDefaultOptions()
	// The order in which `kubectl apply -k` applies: namespaces first, webhooks last.
	options.Reorder = krusty.ReorderOptionLegacy
	objects, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), os.Args[1])
	if err != nil {
		fail(err)
	}
	text, err := objects.AsYaml()
	if err != nil {
		fail(err)
	}
	if _, err := os.Stdout.Write(text); err != nil {
		fail(err)
	}
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}
