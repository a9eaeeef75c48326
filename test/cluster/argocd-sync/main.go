// Command argocd-sync syncs one object as Argo CD does, with its GitOps engine. It reads the object as JSON from stdin, syncs
// it as often as asked by one of Argo CD's three ways, and prints what each sync said, a line each: "missing", "in sync" or
// "out of sync" as the engine compared before it, and the message of the sync.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

var services = schema.GroupVersionResource{Version: "v1", Resource: "services"}

// Caches Services only: every other kind is nobody's business here.
type onlyServices struct{}

func (onlyServices) IsExcludedResource(group, kind, _ string) bool {
	return group != "" || kind != "Service"
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "of the cluster")
	rounds := flag.Int("rounds", 1, "how often to sync")
	way := flag.String("way", "apply", "apply, server-side or replace: the sync options ServerSideApply and Replace")
	flag.Parse()
	if err := run(context.Background(), *kubeconfig, *way, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig, way string, rounds int) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.WarningHandler = rest.NoWarnings{}
	object := &unstructured.Unstructured{}
	if err := json.NewDecoder(os.Stdin).Decode(&object.Object); err != nil {
		return err
	}
	live, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	clusterCache := cache.NewClusterCache(config,
		cache.SetLogr(logr.Discard()),
		cache.SetSettings(cache.Settings{ResourcesFilter: onlyServices{}}),
		cache.SetPopulateResourceInfoHandler(func(*unstructured.Unstructured, bool) (any, bool) { return nil, true }),
	)
	gitOps := engine.NewEngine(config, clusterCache, engine.WithLogr(logr.Discard()))
	cleanup, err := gitOps.Run()
	if err != nil {
		return err
	}
	defer cleanup()
	key := kube.GetResourceKey(object)
	isManaged := func(resource *cache.Resource) bool { return resource.ResourceKey() == key }
	for range rounds {
		compared, err := compare(ctx, live, object)
		if err != nil {
			return err
		}
		results, err := gitOps.Sync(ctx, []*unstructured.Unstructured{object.DeepCopy()}, isManaged, "revision",
			object.GetNamespace(), optionsOf(way)...)
		if err != nil {
			return err
		}
		for _, result := range results {
			fmt.Printf("%s: %s %s\n", compared, result.Status, result.Message)
		}
	}
	return nil
}

// What Argo CD shows before it syncs, and what decides whether automated sync and self-heal act at all.
func compare(ctx context.Context, live dynamic.Interface, object *unstructured.Unstructured) (string, error) {
	stored, err := live.Resource(services).Namespace(object.GetNamespace()).Get(ctx, object.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return "missing", nil
	}
	if err != nil {
		return "", err
	}
	result, err := diff.Diff(object.DeepCopy(), stored, diff.WithLogr(logr.Discard()))
	if err != nil {
		return "", err
	}
	if result.Modified {
		return "out of sync", nil
	}
	return "in sync", nil
}

func optionsOf(way string) []sync.SyncOpt {
	return []sync.SyncOpt{
		sync.WithLogr(logr.Discard()),
		sync.WithReplace(way == "replace"),
		sync.WithServerSideApply(way == "server-side"),
		sync.WithServerSideApplyManager("argocd-controller"),
	}
}
