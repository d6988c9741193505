namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// Sheets of the worst and the best samples by SSIM: rows of input | output | target, with their scores above. Only these rows are kept in
/// memory.
/// </summary>
internal sealed class ScoreSheet
{
    private const string Worst = "worst.png";
    private const string Best = "best.png";
    private const int Rows = 6;

    /// <summary>Narrower rows are enlarged, so that their scores fit above them.</summary>
    private const int LeastWidth = 384;

    /// <summary>Names of the files of <see cref="Write"/>.</summary>
    public static IReadOnlyList<string> Files { get; } = [Worst, Best];

    private readonly SortedList<(double Ssim, int Order), Row> _worst = [];
    private readonly SortedList<(double Ssim, int Order), Row> _best = [];
    private int _seen;

    /// <summary>Adds a sample, and keeps it if it is among the worst or best; one that is too small for SSIM is not.</summary>
    public void Add(ImageScore score, Picture input, Picture output, Picture target)
    {
        if (score.Ssim is not { } ssim)
        {
            return;
        }

        var row = new Row(score, input, output, target);
        _worst.Add((ssim, _seen), row);
        _best.Add((-ssim, _seen++), row);
        if (_seen > Rows)
        {
            _worst.RemoveAt(Rows);
            _best.RemoveAt(Rows);
        }
    }

    /// <summary>
    /// Writes <c>worst.png</c> and <c>best.png</c>, the most extreme row first. Returns their paths; empty if nothing was added.
    /// </summary>
    /// <exception cref="PictureException">a file can't be written</exception>
    public IReadOnlyList<string> Write(string folder)
    {
        if (_seen == 0)
        {
            return [];
        }

        var (worst, best) = (Path.Combine(folder, Worst), Path.Combine(folder, Best));
        PictureFile.Save(Render(_worst.Values), worst);
        PictureFile.Save(Render(_best.Values), best);
        return [worst, best];
    }

    private static Picture Render(IList<Row> rows)
    {
        // Pictures of a set may differ in size (--preprocess none); a sheet has one width.
        var width = rows.Max(r => Math.Max(LeastWidth, r.Width));
        return Mosaic.Column([.. rows.SelectMany(r => r.Draw(width))]);
    }

    private sealed record Row(ImageScore Score, Picture Input, Picture Output, Picture Target)
    {
        public int Width => 3 * Output.Width;

        public IEnumerable<Picture> Draw(int width)
        {
            var row = Mosaic.Row(Viewable(Input), Viewable(Output), Viewable(Target));
            yield return new Picture(PixelFont.Strip(Caption(), width, scale: Math.Max(1, width / (64 * PixelFont.Advance))));
            yield return row.Resize(width, (int)Math.Round((double)row.Height * width / row.Width));
        }

        private string Caption()
        {
            var classes = Score.PixelAccuracy is { } share ? Invariant.Text($"  PIXELS {100 * share:0}%") : "";
            var name = Score.Name.Length <= 20 ? Score.Name : ".." + Score.Name[^18..];
            return Invariant.Text($"{name}  SSIM {Score.Ssim:0.000}  PSNR {Score.Psnr:0.0}  L1 {Score.L1:0.000}{classes}");
        }

        /// <summary>The picture in RGB: gray is replicated; of more than four channels, the first three are shown.</summary>
        private static Picture Viewable(Picture picture) => new(picture.Layers[0].ToEightBits().ToChannels(3));
    }
}
