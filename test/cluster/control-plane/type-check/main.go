// Command type-check prints what Kubernetes' own type checker says of ValidatingAdmissionPolicies in files, one policy a
// file: what kube-controller-manager, which does not run in the tests, would write into status.typeChecking.
package main

import (
	"fmt"
	"os"

	v1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	"k8s.io/kubernetes/pkg/generated/openapi"
	"sigs.k8s.io/yaml"
)

func main() {
	networking := schema.GroupVersion{Group: "networking.k8s.io", Version: "v1"}
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{networking})
	mapper.Add(networking.WithKind("Ingress"), meta.RESTScopeNamespace)
	mapper.Add(networking.WithKind("IngressClass"), meta.RESTScopeRoot)
	checker := &validating.TypeChecker{
		SchemaResolver: resolver.NewDefinitionsSchemaResolver(openapi.GetOpenAPIDefinitions, legacyscheme.Scheme),
		RestMapper:     mapper,
	}
	for _, file := range os.Args[1:] {
		if err := check(checker, file); err != nil {
			fmt.Fprintln(os.Stderr, file, err)
			os.Exit(1)
		}
	}
}

func check(checker *validating.TypeChecker, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var policy v1.ValidatingAdmissionPolicy
	if err := yaml.UnmarshalStrict(text, &policy); err != nil {
		return err
	}
	for _, warning := range checker.Check(&policy) {
		fmt.Printf("%s %s: %s\n", policy.Name, warning.FieldRef, warning.Warning)
	}
	fmt.Printf("%s checked\n", policy.Name)
	return nil
}
