using System.IO.Compression;
using System.Text;

namespace Smaug.Tests.Aladdin;

/// <summary>Small traces, most of them with one fault, that the tests of library and command line share.</summary>
internal static class BadTraces
{
    /// <summary>A kernel with one array at 0x1000.</summary>
    public const string Head = "entry,k,1,\n1,64,0x1000,1,a,\n\n";

    /// <summary>Reads and writes word 1.</summary>
    public const string LoadOfA =
        "0,1,k,entry:0,p,32,0\n2,64,1,0, ,\n1,64,0x1000,1,a,\nr,64,0x1004,1,p,\n\n0,1,k,entry:0,v,30,1\n1,64,0x1004,1,p,\nr,32,7,1,v,\n\n" +
        "0,1,k,entry:0,q,31,2\n2,64,0x1004,1,p,\n1,32,7,1,v,\n\n0,1,k,entry:0,entry:0-0,1,3\n\n";

    public const string Whole = Head + LoadOfA;

    public const string WrongFieldCount = Head + "0,1,k,entry:0,p,32,0\n2,64,1\n";

    public const string UnknownOpcode = Head + "0,1,k,entry:0,p,77,0\n";

    /// <summary>No parameter declares the array.</summary>
    public const string UnknownArray = "entry,k,0,\n\n" + LoadOfA;

    public const string OneArray = "partition,cyclic,a,64,4,1\n";

    /// <summary>
    /// The address of y takes the first sum as its operand 11, a number that stands for control edges. The chain of sums is
    /// therefore rebuilt as if y did not depend on it, and y becomes an operand of the sum that it waits for.
    /// </summary>
    public const string UnreachableNodes =
        "%%%% LABEL MAP START %%%%\nk/loop 5\n%%%% LABEL MAP END %%%%\n\n\n" + Head +
        "0,1,k,entry:0,x,30,0\n1,64,0x1000,1,a,\nr,32,7,1,x,\n\n0,1,k,entry:0,w,30,1\n1,64,0x1004,1,a,\nr,32,7,1,w,\n\n" +
        "0,5,k,entry:0,entry:0-0,2,2\n1,0,0,1,body:1,\n\n0,6,k,body:1,c1,11,3\n2,32,7,1,w,\n1,32,7,1,x,\nr,32,14,1,c1,\n\n" +
        "0,6,k,body:1,g,32,4\n11,64,14,1,c1,\n1,64,0x1000,1,a,\nr,64,0x1008,1,g,\n\n0,6,k,body:1,y,30,5\n1,64,0x1008,1,g,\nr,32,1,1,y,\n\n" +
        "0,6,k,body:1,d,30,6\n1,64,0x100c,1,a,\nr,32,2,1,d,\n\n0,6,k,body:1,c2,11,7\n2,32,1,1,y,\n1,32,14,1,c1,\nr,32,15,1,c2,\n\n" +
        "0,6,k,body:1,c3,11,8\n2,32,2,1,d,\n1,32,15,1,c2,\nr,32,17,1,c3,\n\n0,6,k,body:1,body:1-0,31,9\n2,64,0x1010,1,a,\n1,32,17,1,c3,\n\n" +
        "0,5,k,body:1,body:1-1,2,10\n3,0,0,1,body:1,\n2,0,0,1,exit:0,\n1,1,0,0, ,\n\n0,7,k,exit:0,exit:0-0,1,11\n\n";

    public const string UnrolledLoop = OneArray + "unrolling,k,loop,1\n";

    public static byte[] Compressed(string text)
    {
        var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }
}
