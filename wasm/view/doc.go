// Package view works out what the screen shows: which rows are visible, where a
// byte stands in the hex view, how a number is printed, what a key does, what
// an address fragment means. It is pure Go, knows neither browser nor decoder,
// and is tested with tables; package page copies its results into the document.
//
// It deliberately uses neither fmt nor encoding/json: both would cost the page
// program more than all of this package.
package view
