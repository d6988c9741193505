using IlgpuGan.TypeTables;

// dotnet run --project tools/type-tables, from the top of the repository.
foreach (TypeTable.Table table in TypeTable.All)
{
    File.WriteAllText(table.Path, table.Text);
}
