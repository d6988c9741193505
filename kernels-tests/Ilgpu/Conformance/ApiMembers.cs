using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// The public members of the API, and those that the tests' compiled code refers to; both out of the assemblies' metadata.
/// </summary>
internal static class ApiMembers
{
    private static readonly string[] s_namespaces =
    [
        "ILGPU", "ILGPU.Util", "ILGPU.AtomicOperations", "ILGPU.Runtime", "ILGPU.Runtime.CPU", "ILGPU.Runtime.Cuda", "ILGPU.Runtime.OpenCL",
        "ILGPU.Algorithms", "ILGPU.Algorithms.ScanReduceOperations", "ILGPU.Algorithms.RadixSortOperations", "ILGPU.Algorithms.Sequencers",
        "ILGPU.Algorithms.ComparisonOperations", "ILGPU.Algorithms.HistogramOperations", "ILGPU.Algorithms.MatrixOperations",
        "ILGPU.Algorithms.Random",
        "ILGPU.Algorithms.Vectors", "ILGPU.Algorithms.Optimization", "ILGPU.Algorithms.Optimization.Optimizers",
    ];

    private static readonly SignatureText s_text = new();

    /// <summary>
    /// Type, member and signature of everything public that has a body or is a field: no constants, interfaces, enums, delegates.
    /// </summary>
    public static SortedSet<string> Public()
    {
        var result = new SortedSet<string>(StringComparer.Ordinal);
        using var file = new PEReader(File.OpenRead(typeof(Context).Assembly.Location));
        var reader = file.GetMetadataReader();
        foreach (var handle in reader.TypeDefinitions)
        {
            if (!IsPublic(reader, handle))
            {
                continue;
            }
            var name = SignatureText.NameOf(reader, handle);
            var type = reader.GetTypeDefinition(handle);
            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                if ((method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public
                    && !method.Attributes.HasFlag(MethodAttributes.Abstract) && !IsOverride(method) && !IsGenerated(reader, method))
                {
                    result.Add($"{name}.{reader.GetString(method.Name)}{SignatureText.Of(method.DecodeSignature(s_text, null))}");
                }
            }

            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                if ((field.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public
                    && !field.Attributes.HasFlag(FieldAttributes.Literal))
                {
                    result.Add($"{name}.{reader.GetString(field.Name)}");
                }
            }
        }

        return result;
    }

    /// <summary>What the test assembly refers to, in the same words.</summary>
    public static HashSet<string> Used()
    {
        var result = new HashSet<string>(StringComparer.Ordinal);
        using var file = new PEReader(File.OpenRead(typeof(ApiMembers).Assembly.Location));
        var reader = file.GetMetadataReader();
        foreach (var reference in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            var parent = reference.Parent.Kind switch
            {
                HandleKind.TypeReference => SignatureText.NameOf(reader, (TypeReferenceHandle)reference.Parent),
                HandleKind.TypeSpecification =>
                    reader.GetTypeSpecification((TypeSpecificationHandle)reference.Parent).DecodeSignature(s_text, null).Split('<')[0],
                _ => "",
            };
            var isMethod = reference.GetKind() == MemberReferenceKind.Method;
            var signature = isMethod ? SignatureText.Of(reference.DecodeMethodSignature(s_text, null)) : "";
            result.Add($"{parent}.{reader.GetString(reference.Name)}{signature}");
        }

        return result;
    }

    private static bool IsPublic(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        if (type.GetDeclaringType() is { IsNil: false } outer)
        {
            return (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.NestedPublic && IsPublic(reader, outer)
                && IsStructOrClass(reader, type);
        }
        return type.Attributes.HasFlag(TypeAttributes.Public) && s_namespaces.Contains(reader.GetString(type.Namespace))
            && IsStructOrClass(reader, type);
    }

    private static bool IsStructOrClass(MetadataReader reader, TypeDefinition type)
    {
        if (type.Attributes.HasFlag(TypeAttributes.Interface))
        {
            return false;
        }
        var parent = type.BaseType.Kind == HandleKind.TypeReference ? SignatureText.NameOf(reader, (TypeReferenceHandle)type.BaseType) : "";
        return parent is not ("System.Enum" or "System.MulticastDelegate");
    }

    // Calls name the member that is overridden.
    private static bool IsOverride(MethodDefinition method) =>
        method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.NewSlot);

    // What records and auto-properties bring along.
    private static bool IsGenerated(MetadataReader reader, MethodDefinition method) =>
        !method.Attributes.HasFlag(MethodAttributes.SpecialName)
            && method.GetCustomAttributes().Select(reader.GetCustomAttribute).Any(attribute =>
            attribute.Constructor.Kind == HandleKind.MemberReference
            && reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
            && SignatureText.NameOf(reader, (TypeReferenceHandle)type).EndsWith("CompilerGeneratedAttribute", StringComparison.Ordinal));
}
