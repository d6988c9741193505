namespace IlgpuGan.Models.Evaluation.Comparison;

/// <summary>Markdown tables with aligned columns, readable as plain text.</summary>
internal static class MarkdownTable
{
    /// <param name="rows">the header, then rows of the same length</param>
    public static void Append(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        for (var r = 0; r < rows.Count; r++)
        {
            text.Append("| ").AppendJoin(" | ", rows[r].Select((cell, c) => cell.PadRight(widths[c]))).Append(" |\n");
            if (r == 0)
            {
                text.Append('|').AppendJoin('|', widths.Select(w => new string('-', w + 2))).Append("|\n");
            }
        }
    }
}
