package mprun

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Table is a step's data table: rows of equal length.
type Table struct {
	rows [][]string
}

// Rows are all rows, the header too.
func (t *Table) Rows() [][]string { return t.rows }

// Header is the first row.
func (t *Table) Header() []string {
	if len(t.rows) == 0 {
		return nil
	}
	return t.rows[0]
}

// Maps has a map for each row after the header, with the header's names.
func (t *Table) Maps() []map[string]string {
	var found []map[string]string
	for _, row := range t.body() {
		one := make(map[string]string, len(row))
		for i, name := range t.Header() {
			one[name] = row[i]
		}
		found = append(found, one)
	}
	return found
}

// Map is a table of two columns as names and values.
func (t *Table) Map() (map[string]string, error) {
	found := make(map[string]string, len(t.rows))
	for _, row := range t.rows {
		if len(row) != 2 {
			return nil, fmt.Errorf("a map needs a table of 2 columns, not of %d", len(row))
		}
		found[row[0]] = row[1]
	}
	return found, nil
}

// Columns is the table turned round.
func (t *Table) Columns() [][]string {
	found := make([][]string, len(t.Header()))
	for i := range found {
		for _, row := range t.rows {
			found[i] = append(found[i], row[i])
		}
	}
	return found
}

// Decode fills a slice of structs, an element for each row after the header.
// A column goes to the field with the tag `table:"NAME"`, or whose name is the
// column's without regard to case and to blanks; the cells are converted as
// the values of steps are. A column without a field is an error.
func (t *Table) Decode(rows any) error {
	target := reflect.ValueOf(rows)
	if target.Kind() != reflect.Pointer || target.IsNil() || !isRecords(target.Type().Elem()) {
		return fmt.Errorf("Decode fills a *[]struct, not a %T", rows)
	}
	found, err := t.decode(target.Type().Elem())
	if err == nil {
		target.Elem().Set(found)
	}
	return err
}

func (t *Table) body() [][]string {
	if len(t.rows) < 2 {
		return nil
	}
	return t.rows[1:]
}

func (t *Table) decode(kind reflect.Type) (reflect.Value, error) {
	found := reflect.MakeSlice(kind, 0, len(t.rows))
	fields := make([]int, len(t.Header()))
	for i, name := range t.Header() {
		if fields[i] = fieldOf(kind.Elem(), name); fields[i] < 0 {
			return found, fmt.Errorf("%s has no field for the column '%s'", kind.Elem(), name)
		}
	}
	for number, row := range t.body() {
		one := reflect.New(kind.Elem()).Elem()
		for i := range row {
			field := one.Field(fields[i])
			cell, err := convertText(&row[i], field.Type())
			if err != nil {
				return found, fmt.Errorf("row %d, column '%s': %w", number+1,
					t.Header()[i], err)
			}
			field.Set(cell)
		}
		found = reflect.Append(found, one)
	}
	return found, nil
}

func fieldOf(kind reflect.Type, column string) int {
	plain := strings.NewReplacer(" ", "", "_", "", "-", "").Replace(column)
	for i := 0; i < kind.NumField(); i++ {
		field := kind.Field(i)
		if !field.IsExported() || !isConvertible(field.Type) {
			continue
		}
		if tag, ok := field.Tag.Lookup("table"); ok {
			if tag == column {
				return i
			}
		} else if strings.EqualFold(field.Name, plain) {
			return i
		}
	}
	return -1
}

// DocString is a step's doc string. MediaType is "" if the feature gives none.
type DocString struct {
	Content   string
	MediaType string
}

// Decode reads the text as JSON.
func (d *DocString) Decode(into any) error {
	return json.Unmarshal([]byte(d.Content), into)
}

// arguments are what stands below a step's text.
type arguments struct {
	table *Table
	doc   *DocString
}

var (
	tableType = reflect.TypeOf((*Table)(nil))
	docType   = reflect.TypeOf((*DocString)(nil))
	rowsType  = reflect.TypeOf([][]string(nil))
	mapsType  = reflect.TypeOf([]map[string]string(nil))
	mapType   = reflect.TypeOf(map[string]string(nil))
	bytesType = reflect.TypeOf([]byte(nil))
)

func isRecords(kind reflect.Type) bool {
	return kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct
}

// isTable and isDoc: the parameter is filled with the one or the other.
func isTable(kind reflect.Type) bool {
	return kind == tableType || kind == rowsType || kind == mapsType || kind == mapType ||
		isRecords(kind)
}

func isDoc(kind reflect.Type) bool {
	return kind == docType || kind.Kind() == reflect.String || kind == bytesType
}

func isBlock(kind reflect.Type) bool { return isTable(kind) || isDoc(kind) }

func (a arguments) as(kind reflect.Type) (reflect.Value, error) {
	if isTable(kind) {
		if a.table == nil {
			return reflect.Value{}, errors.New("the function takes a data table, the step has none")
		}
		return a.table.as(kind)
	}
	if a.doc == nil {
		return reflect.Value{}, errors.New("the function takes a doc string, the step has none")
	}
	if kind == docType {
		return reflect.ValueOf(a.doc), nil
	}
	return convertText(&a.doc.Content, kind)
}

func (t *Table) as(kind reflect.Type) (reflect.Value, error) {
	switch kind {
	case tableType:
		return reflect.ValueOf(t), nil
	case rowsType:
		return reflect.ValueOf(t.rows), nil
	case mapsType:
		return reflect.ValueOf(t.Maps()), nil
	case mapType:
		found, err := t.Map()
		return reflect.ValueOf(found), err
	}
	return t.decode(kind)
}

// parseArguments reads the member `argument` of a request.
func parseArguments(given any) (arguments, error) {
	var found arguments
	if given == nil {
		return found, nil
	}
	members, ok := given.(map[string]any)
	if !ok {
		return found, errors.New("params.argument must be an object")
	}
	var err error
	if table := members["dataTable"]; table != nil {
		if found.table, err = parseTable(table); err != nil {
			return found, err
		}
	}
	if doc := members["docString"]; doc != nil {
		found.doc, err = parseDoc(doc)
	}
	return found, err
}

func parseTable(given any) (*Table, error) {
	wrong := errors.New("params.argument.dataTable.rows must be an array of" +
		" arrays of strings, all of the same length")
	rows, ok := object(given)["rows"].([]any)
	if !ok {
		return nil, wrong
	}
	table := &Table{rows: make([][]string, len(rows))}
	for i, row := range rows {
		cells, ok := row.([]any)
		if !ok {
			return nil, wrong
		}
		for _, cell := range cells {
			text, ok := cell.(string)
			if !ok {
				return nil, wrong
			}
			table.rows[i] = append(table.rows[i], text)
		}
		if len(cells) != len(table.rows[0]) {
			return nil, wrong
		}
	}
	return table, nil
}

func parseDoc(given any) (*DocString, error) {
	content, ok := object(given)["content"].(string)
	if !ok {
		return nil, errors.New("params.argument.docString.content must be a string")
	}
	mediaType, ok := object(given)["mediaType"].(string)
	if !ok && object(given)["mediaType"] != nil {
		return nil, errors.New("params.argument.docString.mediaType must be a string")
	}
	return &DocString{content, mediaType}, nil
}

// object is a decoded {...}, or an empty one.
func object(value any) map[string]any {
	members, _ := value.(map[string]any)
	return members
}
