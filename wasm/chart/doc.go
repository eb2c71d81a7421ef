// Package chart lays out drawings: curves over time with what was published drawn behind them,
// and bars of a histogram. It takes plain numbers and a width and gives shapes in CSS pixels.
// It knows neither what the numbers mean nor who paints them.
//
// Nothing of a drawing lies outside of it, and no two of its texts lie over each other: a text
// that finds no place goes into the legend or is left out. Numbers that are none (NaN, infinite)
// are gaps.
//
// The looks are the style sheet's, by the classes of the shapes. Curves, marks and segments of
// different sorts differ in more than their class: the sheet dashes the curves b to d, what was
// lost is a stroke and what was late a dot, and segments bear their names.
//
//	axis                   lines of both axes
//	grid                   lines behind the curves at the ticks
//	axis-text              text, with middle, start or end for where of it its point is, and at
//	                       times one of unit, legend-text, band-text, limit-text, track-text,
//	                       segment-text
//	band, band swatch      area of a published range, and its sample in the legend
//	limit, limit swatch    line of a published figure
//	curve a … curve d      line of a series; with "swatch" its sample in the legend, with "dot" a
//	                       point of it that has no neighbours
//	lost, late             marks below the curves
//	segment …              bar below the axis, with the words that the caller gives
//	bar                    bar of a histogram
//	hit                    transparent area that leads somewhere, or says something
package chart
