// Command flux-apply reconciles one object as Flux's kustomize-controller does: with its library, its field manager and the
// options of its apply (internal/controller/kustomization_controller.go of v1.9.0). It reads the object as JSON from stdin,
// reconciles it as often as asked, and prints what each round did, a line each: created, configured or unchanged.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	group      = "kustomize.toolkit.fluxcd.io"
	controller = "kustomize-controller"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "of the cluster")
	rounds := flag.Int("rounds", 1, "how often to reconcile")
	flag.Parse()
	if err := run(context.Background(), *kubeconfig, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig string, rounds int) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	// The API server's warnings are not the result.
	config.WarningHandler = rest.NoWarnings{}
	kube, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	given := map[string]any{}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return err
	}
	for range rounds {
		// Built anew from the source, as each reconciliation does.
		object := &unstructured.Unstructured{Object: given}
		if err := reconcile(ctx, kube, object.DeepCopy()); err != nil {
			return err
		}
	}
	return nil
}

func reconcile(ctx context.Context, kube client.Client, object *unstructured.Unstructured) error {
	objects := []*unstructured.Unstructured{object}
	manager := ssa.NewResourceManager(kube, nil, ssa.Owner{Field: controller, Group: group})
	manager.SetOwnerLabels(objects, "apps", "flux-system")
	if err := normalize.UnstructuredList(objects); err != nil {
		return err
	}
	changes, err := manager.ApplyAllStaged(ctx, objects, applyOptions())
	if err != nil {
		return err
	}
	for _, entry := range changes.Entries {
		fmt.Println(entry.Action)
	}
	return nil
}

func applyOptions() ssa.ApplyOptions {
	options := ssa.DefaultApplyOptions()
	options.ExclusionSelector = map[string]string{group + "/reconcile": "disabled", group + "/ssa": "Ignore"}
	options.IfNotPresentSelector = map[string]string{group + "/ssa": "IfNotPresent"}
	options.ForceSelector = map[string]string{group + "/force": "enabled"}
	options.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{
			corev1.LastAppliedConfigAnnotation,
			"kustomize.toolkit.fluxcd.io/checksum",
			"fluxcd.io/sync-checksum",
		},
		Labels: []string{"fluxcd.io/sync-gc-mark"},
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: controller, OperationType: metav1.ManagedFieldsOperationUpdate},
		},
		Exclusions: map[string]string{group + "/ssa": "Merge"},
	}
	return options
}
