// Command kubectl-yaml is the judge of src/yaml/: it reads each text on stdin as kubectl reads a file.
//
// In: {"text": "<base64>"}, one after the other. Out, one line each: {"documents": […], "failed": false, "duplicates": false}.
// "documents" are those before the first that fails, which is where kubectl stops; "duplicates" says whether the strict
// decoder would have met a key twice in a text of one document.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

type request struct {
	Text []byte `json:"text"`
}

type response struct {
	Documents  []json.RawMessage `json:"documents"`
	Failed     bool              `json:"failed"`
	Error      string            `json:"error"`
	Duplicates bool              `json:"duplicates"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var asked request
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(read(asked.Text)); err != nil {
			return err
		}
	}
}

// As cli-runtime's StreamVisitor does it: pkg/resource/visitor.go, func (v *StreamVisitor) Visit.
func read(text []byte) (result response) {
	result.Documents = []json.RawMessage{}
	_, err := strict.YAMLToJSONStrict(text)
	result.Duplicates = err != nil && strings.Contains(err.Error(), "already set in map")
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var document json.RawMessage
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return result
		} else if err != nil {
			result.Failed, result.Error = true, err.Error()
			return result
		}
		if document = bytes.TrimSpace(document); len(document) > 0 && !bytes.Equal(document, []byte("null")) {
			result.Documents = append(result.Documents, document)
		}
	}
}
