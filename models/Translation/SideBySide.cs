using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Files of pairs that a generator has learnt from, A left and B right: of a picture of their shape it reads one half. A picture to be
/// translated that has this shape is taken for such a pair.
/// </summary>
/// <param name="Shapes">widths of these files, as multiples of their heights</param>
/// <param name="Trained">the direction of the training: from A to B the left half is read</param>
public sealed record SideBySide(IReadOnlyList<double> Shapes, Direction Trained)
{
    /// <summary>Files of each split whose shape is read.</summary>
    private const int FilesRead = 8;

    /// <summary>Shapes differ by less where one is a smaller copy of the other, its sides rounded.</summary>
    private const double Tolerance = 0.02;

    private static readonly string[] s_splits = ["train", "val", "test"];

    /// <returns>null for a generator that did not learn from such files</returns>
    /// <param name="options">of the training; null if unknown</param>
    /// <param name="generator">what reads the pictures</param>
    public static SideBySide? Of(TrainingOptions? options, GeneratorSpec generator)
    {
        if (options is null || generator.Labels is { Coding.Palette: null } || !FamilyCatalog.Of(options).Info.LearnsFromPairs)
        {
            return null;
        }

        if (options.Data.Length == 0 || !Directory.Exists(options.Data))
        {
            return new SideBySide([2], generator.Direction); // The set is gone: square halves, as published sets have.
        }

        double[] shapes = [.. s_splits.Select(split => Path.Combine(options.Data, split)).Where(Directory.Exists)
            .SelectMany(folder => FolderWalk.Files(folder).Where(PictureFile.HasPictureName).Take(FilesRead))
            .Select(ShapeOf).OfType<double>().Distinct()];
        return shapes.Length > 0 ? new SideBySide(shapes, generator.Direction) : null;
    }

    /// <summary>The half of a picture that is the input, and its name; null for a picture that is no pair.</summary>
    /// <param name="picture">to be translated</param>
    /// <param name="asked">the direction of the translation; null for that of the training</param>
    public (Picture Picture, string Name)? HalfOf(Picture picture, Direction? asked)
    {
        var half = picture.Width / 2;
        return half == 0 || !Shapes.Any(shape => Math.Abs((picture.Width / (shape * picture.Height)) - 1) < Tolerance) ? null
            : (asked ?? Trained) == Direction.AToB ? (picture.Cropped(0, 0, half, picture.Height), "left")
            : (picture.Cropped(picture.Width - half, 0, half, picture.Height), "right");
    }

    private static double? ShapeOf(string file)
    {
        try
        {
            var info = ImageFile.Identify(file);
            return (double)info.Width / info.Height;
        }
        catch (Exception e) when (e is ImageFormatException or IOException)
        {
            return null; // No image, or a damaged one: the others tell.
        }
    }
}
