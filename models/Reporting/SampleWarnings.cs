namespace IlgpuGan.Models.Reporting;

/// <summary>Warnings about a run's last sample pictures.</summary>
internal static class SampleWarnings
{
    /// <summary>Largest span of a channel's levels in a picture of one colour, including JPEG noise.</summary>
    private const int FlatSpan = 4;

    private static readonly HashSet<string> s_inputs = ["input", "target", "real_A", "real_B"];

    public static IReadOnlyList<string> Of(IReadOnlyList<ReportSample> samples)
    {
        var last = samples.Where(s => File.Exists(s.Path)).GroupBy(s => s.Step).MaxBy(g => g.Key)?.ToList() ?? [];
        var rows = last.Select(s => TryLoad(s.Path)).OfType<Picture>().ToList();
        if (rows.Count == 0 || last[0].Step == 0)
        {
            return []; // Before the first step nothing has been learnt that could collapse.
        }

        return
        [
            .. last[0].Columns
                .Select((name, i) => (Name: name, Index: i))
                .Where(c => !s_inputs.Contains(c.Name) && rows.TrueForAll(row => IsFlat(Column(row, c.Index, last[0].Columns.Count))))
                .Select(c => $"{c.Name} was a single colour at step {last[0].Step}: that generator has collapsed and rarely recovers. " +
                    "Start again with another --seed or a smaller --lr."),
        ];
    }

    /// <summary>The picture; null if it is damaged, which the page says beside the others.</summary>
    private static Picture? TryLoad(string path)
    {
        try
        {
            return PictureFile.Load(path);
        }
        catch (PictureException)
        {
            return null;
        }
    }

    private static Picture Column(Picture row, int index, int count) =>
        row.Crop(index * row.Width / count, 0, row.Width / count, row.Height);

    private static bool IsFlat(Picture picture)
    {
        var layer = picture.Layers[0].ToEightBits();
        return Enumerable.Range(0, layer.Channels).All(c =>
        {
            var (least, most) = (byte.MaxValue, byte.MinValue);
            for (var i = c; i < layer.Bytes.Length; i += layer.Channels)
            {
                (least, most) = (Math.Min(least, layer.Bytes[i]), Math.Max(most, layer.Bytes[i]));
            }

            return most - least <= FlatSpan;
        });
    }
}
