using IlgpuGan.Models.Data.Synthetic;

namespace IlgpuGan.Models.Families.MadGan;

/// <summary>MAD-GAN as the authors' notebook has it, for points of a mixture, by default.</summary>
public sealed record MadGanOptions : NoiseOptions
{
    public MadGanOptions() => (Points, Nz, Noise, ImageSize, OutputNc, BatchSize, Lr, Beta1, InitType, Steps) =
        (true, 64, NoiseKind.Uniform, 16, 1, 128, 1e-4f, 0.9f, Initialization.Default, 198_000);

    public override string Model => MadGanFamily.Name;

    /// <summary>Number of generators, which the discriminator tells apart.</summary>
    [Option("Number of generators, which the discriminator tells apart.", Least = 1, Most = 64)]
    public int Generators { get; init; } = 4;

    /// <summary>Updates of the discriminator with the fakes of each generator, all before the generators' own.</summary>
    [Option("Updates of the discriminator with the fakes of each generator, all before the generators' own.", Least = 1, Most = 100)]
    public int DSteps { get; init; } = 1;

    /// <summary>Train on points of a line or of the plane, DIR/train.npy, between 0 and 1.</summary>
    [Option("Train on points of a line or of the plane, DIR/train.npy, between 0 and 1.", Off = "Learn from pictures.")]
    public bool Points { get; init; }

    /// <summary>Comma-separated widths of a generator's hidden layers.</summary>
    [Option("Comma-separated widths of a generator's hidden layers.", Values = "WIDTHS")]
    public string GWidths { get; init; } = "128,128";

    /// <summary>Number of hidden layers that all generators share.</summary>
    [Option("Number of hidden layers that all generators share.", Least = 0, Most = 64)]
    public int SharedLayers { get; init; }

    /// <summary>Comma-separated widths of the discriminator's hidden layers.</summary>
    [Option("Comma-separated widths of the discriminator's hidden layers.", Values = "WIDTHS")]
    public string DWidths { get; init; } = "128,128";

    /// <summary>Use dropout in the discriminator.</summary>
    [Option("Use dropout in the discriminator.", Off = "No dropout in the discriminator.")]
    public bool Dropout { get; init; }

    /// <summary>Numbers of a point.</summary>
    [Option("Numbers of a point.", Least = 1, Most = 2, FromData = true)]
    public int PointNumbers { get; init; } = 1;

    /// <summary>Centres and standard deviations of the points' modes, if the data set has them.</summary>
    [Option("Centres and standard deviations of the points' modes, if the data set has them.", FromData = true)]
    public string Modes { get; init; } = "";

    /// <summary>Number of values of a picture, or of a point.</summary>
    internal int Numbers => Points ? PointNumbers : OutputNc * ImageSize * ImageSize;

    /// <summary>The distribution of the points, if the data set has it.</summary>
    internal GaussianMixture? Mixture => Modes.Length > 0 ? GaussianMixture.Parse(Modes) : null;

    /// <summary>Minutes on two cores: five generators of glyphs.</summary>
    public static MadGanOptions Small() => new()
    {
        Preset = SmallPreset, Points = false, Generators = 5, GWidths = "128,256", DWidths = "256,128", Dropout = true, BatchSize = 32,
        Lr = 1e-3f, Beta1 = 0.5f, Steps = 4000, SampleFreq = 500,
    };

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(!Points, "with --points", "image-size", "output-nc", "centre-crop", "flip"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        found.AddRange(Widths.Problems(GWidths, DWidths));

        if (Widths.Problem("--g-widths", GWidths) is null && SharedLayers > Widths.Parse(GWidths).Count)
        {
            found.Add($"--shared-layers {SharedLayers} is more than --g-widths {GWidths} has");
        }

        if (Modes.Length > 0 && Mixture is null)
        {
            found.Add($"--modes {Modes} is not a list of modes: NUMBER,DEVIATION or NUMBER,NUMBER,DEVIATION for each, separated by " +
                "semicolons");
        }
        else if (Points && Mixture is { } known && known.Numbers != PointNumbers)
        {
            found.Add($"--modes {Modes} are of {known.Numbers} numbers, points of {PointNumbers}");
        }
    }
}
