package main

import "github.com/spf13/cobra"

func (a *app) review() *cobra.Command  { return &cobra.Command{Use: "review"} }
func (a *app) measure() *cobra.Command { return &cobra.Command{Use: "measure"} }
func (a *app) docs() *cobra.Command    { return &cobra.Command{Use: "docs"} }
