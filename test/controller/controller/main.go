// The unmodified Ingress, NEG and firewall controllers of ingress-gce against a real API server and a fake Google: what
// they write is what plans are compared with. The flags are the controller's own, with its own defaults.
//
// It prints one line of JSON, {"port": N}, once its CRDs are there. Then, on that port of loopback:
//
//	POST /start   with {"addresses": [{"name", "region"}]} reserves these and starts the controllers
//	POST /health  with {"backend", "states"} says how healthy the endpoints of that backend service are
//	POST /by-hand with {"link", "set"} changes a global resource of Google's beside the controller
//	GET  /google  what the fake Google has
//	GET  /syncs   how often each Ingress was synced, and how the last sync ended
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	flag "github.com/spf13/pflag"
	crdclient "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/cloud-provider-gcp/providers/gce"
	"k8s.io/ingress-gce/pkg/backendconfig"
	"k8s.io/ingress-gce/pkg/crd"
	"k8s.io/ingress-gce/pkg/flags"
	"k8s.io/ingress-gce/pkg/frontendconfig"
	"k8s.io/ingress-gce/pkg/svcneg"
	"k8s.io/klog/v2"
)

func main() {
	flags.Register()
	flag.Parse()
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)

	config, err := clientcmd.BuildConfigFromFlags("", flags.F.KubeConfigFile)
	check(err)
	// Two hundred Ingresses at once, and nobody else who asks.
	config.QPS, config.Burst = 500, 1000
	check(ensureDefinitions(config))
	check(serve(config))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ensureDefinitions(config *rest.Config) error {
	handler := crd.NewCRDHandler(crdclient.NewForConfigOrDie(config), klog.TODO())
	for _, definition := range []*crd.CRDMeta{backendconfig.CRDMeta(), frontendconfig.CRDMeta(), svcneg.CRDMeta()} {
		if _, err := handler.EnsureCRD(definition, true); err != nil {
			return err
		}
	}
	return nil
}

type address struct {
	Name string `json:"name"`
	// Empty for a global one.
	Region string `json:"region"`
	// Of a regional one: on the internet.
	IsExternal bool `json:"isExternal"`
}

func serve(config *rest.Config) error {
	health, syncs := newHealthBook(), newSyncLog()
	google, instances := newFakeGoogle(health), newInstanceGroups(flags.F.MaxIGSize)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Addresses []address `json:"addresses"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := start(config, google, instances, syncs, body.Addresses); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer(w, map[string]any{})
	})
	mux.HandleFunc("POST /health", health.set)
	mux.HandleFunc("POST /by-hand", setByHand(google))
	mux.HandleFunc("GET /google", func(w http.ResponseWriter, _ *http.Request) { answer(w, dump(google, instances)) })
	mux.HandleFunc("GET /syncs", func(w http.ResponseWriter, _ *http.Request) { answer(w, syncs.all()) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("{\"port\": %d}\n", listener.Addr().(*net.TCPAddr).Port)
	return http.Serve(listener, mux)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

func start(config *rest.Config, google *gce.Cloud, instances *instanceGroups, syncs *syncLog, addresses []address) error {
	for i, one := range addresses {
		if err := reserve(google, one, i); err != nil {
			return fmt.Errorf("address %q: %w", one.Name, err)
		}
	}
	return startControllers(config, google, instances, syncs)
}
