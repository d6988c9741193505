using IlgpuGan.Claims;
using IlgpuGan.Models.Evaluation;

namespace IlgpuGan.ModelsTests.Evaluation;

public sealed class SheetTests
{
    private const int Side = 16;
    private const int Pictures = 20;

    [Test]
    public void WorstAndBestAreThePicturesWithTheseScores()
    {
        using var runs = new TinyRun();
        var folder = runs.Folder;
        var sheet = new ScoreSheet();
        foreach (var i in Enumerable.Range(0, Pictures).Select(i => i * 7 % Pictures))
        {
            var score = new ImageScore { Name = $"p{i:00}", L1 = 0.1, Mse = 0.1, Psnr = 10, Ssim = i / 20.0, MsSsim = 0.5 };
            sheet.Add(score, Gray(0), Gray((byte)(i * 10)), Gray(255));
        }

        sheet.Add(new ImageScore { Name = "too small for SSIM", L1 = 0, Mse = 0, Psnr = 100 }, Gray(0), Gray(255), Gray(255));
        var files = sheet.Write(folder);

        Assert.That(files.Select(Path.GetFileName), Is.EqualTo(new[] { "worst.png", "best.png" }));
        Assert.That(OutputLevels(files[0]), Is.EqualTo(new[] { 0, 10, 20, 30, 40, 50 }), "worst first");
        Assert.That(OutputLevels(files[1]), Is.EqualTo(new[] { 190, 180, 170, 160, 150, 140 }), "best first");
    }

    [Test]
    public void NothingSeenWritesNothing() => Assert.That(new ScoreSheet().Write("no such folder"), Is.Empty);

    /// <summary>Every character of a claim's captions is one that the font has: pix2pixHD++ must not be pix2pixHD.</summary>
    [Test]
    public void ClaimsCaptionsAreDrawnWhole()
    {
        var drawn = ClaimCatalogue.All.SelectMany(claim => claim.Variants).SelectMany(variant => variant.Name).Distinct();
        var unknown = PixelFont.Strip("\u4e00", 30, scale: 1).Bytes.ToArray();
        Assert.That(drawn.Where(c => PixelFont.Strip($"{c}", 30, scale: 1).Bytes.SequenceEqual(unknown)), Is.Empty);
        Assert.That(drawn, Does.Contain('+'));
    }

    /// <summary>Captions are drawn: a strip holds as many lit pixels as its characters have dots, and nothing beyond its width.</summary>
    [Test]
    public void CaptionsAreLegibleAndCutOff()
    {
        var one = PixelFont.Strip("1", 30, scale: 1);
        var twice = PixelFont.Strip("1", 60, scale: 2);
        var cut = PixelFont.Strip("111111111", 30, scale: 1);

        Assert.That(Lit(one), Is.EqualTo(10));
        Assert.That(Lit(twice), Is.EqualTo(4 * Lit(one)), "a dot of four pixels");
        Assert.That(Lit(cut), Is.EqualTo(4 * Lit(one)), "four fit into 30 columns");
        Assert.That(Lit(PixelFont.Strip("\u4e00", 30, scale: 1)), Is.EqualTo(20), "what it does not know is a frame");
        Assert.That(
            PixelFont.Strip("Fu\u0308\u00dfe \u00e9", 60, scale: 1).Bytes.ToArray(),
            Is.EqualTo(PixelFont.Strip("FUSSE E", 60, scale: 1).Bytes.ToArray()), "letters lose their accents, however they are composed");
    }

    private static int Lit(Image strip) => strip.Bytes.Count(b => b == 255) / 3;

    private static Picture Gray(byte level) => new(new Image(Side, Side, 1, [.. Enumerable.Repeat(level, Side * Side)]));

    /// <summary>The level in the middle of each row's second picture.</summary>
    private static int[] OutputLevels(string file)
    {
        var image = PictureFile.Load(file).Layers[0];
        var (strip, row) = (PixelFont.Height + 4, image.Width / 3);
        return [.. Enumerable.Range(0, image.Height / (strip + row)).Select(r =>
            (int)image.Bytes[3 * ((((r * (strip + row)) + strip + (row / 2)) * image.Width) + (image.Width / 2))])];
    }
}
