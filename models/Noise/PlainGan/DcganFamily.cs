namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>The description of DCGAN.</summary>
internal sealed class DcganFamily : ConvolutionalFamily<DcganOptions>
{
    public const string Name = "dcgan";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "DCGAN",
        Summary = "Generates pictures from noise, optionally of a class, by strided convolutions with batch norm.",
        Paper =
            "Radford, Metz, Chintala 2015: Unsupervised representation learning with deep convolutional generative " +
            "adversarial networks, ICLR 2016",
        Data = LabelledData,
        LearnsFrom = DataKind.Pictures, DrawnData = "attributes", FirstChoiceFor = DataSituation.Pictures, Input = FromNoiseAndLabel,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the paper's: 64 pixels, 100 uniform numbers, widths from 128, batches of 128",
                () => new DcganOptions()),
            new(TrainingOptions.SmallPreset, "32 pixels, widths from 32, batches of 64: minutes on two cores", DcganOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    protected override GanModel Create(DcganOptions options, Device device) => new VanillaModel(this, options, options.Objective, device);
}
