// Command image-push pushes an OCI image layout to a registry of its own on loopback, reads it back by its tag, and checks
// every manifest, configuration and layer of it. It is the library that crane and ko are made of.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

func main() {
	if len(os.Args) != 2 {
		fail("usage: image-push DIR")
	}
	if err := push(os.Args[1]); err != nil {
		fail(err)
	}
}

func push(dir string) error {
	root, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return err
	}
	listed, err := root.IndexManifest()
	if err != nil {
		return err
	}
	if len(listed.Manifests) != 1 {
		return fmt.Errorf("index.json lists %d images; one was expected", len(listed.Manifests))
	}
	image, err := root.ImageIndex(listed.Manifests[0].Digest)
	if err != nil {
		return err
	}
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	tag := listed.Manifests[0].Annotations["org.opencontainers.image.ref.name"]
	reference, err := name.ParseReference(strings.TrimPrefix(server.URL, "http://") + "/guard:" + tag)
	if err != nil {
		return err
	}
	if err := remote.WriteIndex(reference, image); err != nil {
		return err
	}
	pushed, err := remote.Index(reference)
	if err != nil {
		return err
	}
	if err := validate.Index(pushed); err != nil {
		return err
	}
	digest, err := pushed.Digest()
	if err != nil {
		return err
	}
	manifest, err := pushed.IndexManifest()
	if err != nil {
		return err
	}
	fmt.Println(digest)
	for _, one := range manifest.Manifests {
		fmt.Println(one.Platform.String())
	}
	return nil
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}
