// Command kube-apiserver is the API server of Kubernetes, as upstream ships it. It is built from its
// Go module because a test machine reaches package registries but no release downloads.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	os.Exit(cli.Run(app.NewAPIServerCommand()))
}
