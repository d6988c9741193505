namespace IlgpuGan.Models.Data.Labels;

/// <summary>The fields of a batch of label maps, in addition to the photographs <c>batch.B</c>.</summary>
internal static class LabelFields
{
    public const string NameOfLabel = "Label";
    public const string NameOfBorder = "Border";
    public const string NameOfInstance = "Instance";

    /// <summary>The border field of an instance map, [1, H, W].</summary>
    internal static NumbersField BorderOf(LabelMap instances) =>
        new(NameOfBorder, instances.Borders(), new Shape(1, instances.Height, instances.Width));

    extension(Batch batch)
    {
        /// <summary>One-hot classes, [N, L, H, W].</summary>
        public Tensor Label => batch[NameOfLabel];

        /// <summary>
        /// 1 on both sides of a border between instances, otherwise 0: [N, 1, H, W]. Without instance maps, borders between classes.
        /// </summary>
        public Tensor Border => batch[NameOfBorder];

        /// <summary>
        /// The instance of each pixel, [N, 1, H, W], as the row-major index of the instance's first pixel in its picture. Without instance
        /// maps, or if the source treats classes as instances, all pixels of a class are one instance. Optional.
        /// </summary>
        public Tensor Instance => batch[NameOfInstance];
    }
}
