namespace IlgpuGan.Imaging.Tiff;

/// <summary>
/// The tags of a directory that are read or written here (TIFF 6.0, and SampleFormat's and BigTIFF's additions), or missed by a remark.
/// </summary>
internal enum TiffTag
{
    NewSubfileType = 254,
    ImageWidth = 256,
    ImageLength = 257,
    BitsPerSample = 258,
    Compression = 259,
    PhotometricInterpretation = 262,
    FillOrder = 266,
    Make = 271,
    Model = 272,
    StripOffsets = 273,
    Orientation = 274,
    SamplesPerPixel = 277,
    RowsPerStrip = 278,
    StripByteCounts = 279,
    XResolution = 282,
    YResolution = 283,
    PlanarConfiguration = 284,
    ResolutionUnit = 296,
    DateTime = 306,
    Artist = 315,
    Predictor = 317,
    ColorMap = 320,
    TileWidth = 322,
    TileLength = 323,
    TileOffsets = 324,
    TileByteCounts = 325,
    SubIfds = 330,
    ExtraSamples = 338,
    SampleFormat = 339,
    SMinSampleValue = 340,
    SMaxSampleValue = 341,
    Copyright = 33432,
    ExifDirectory = 34665,
    IccProfile = 34675,
    GpsDirectory = 34853,
    DngVersion = 50706,
}
